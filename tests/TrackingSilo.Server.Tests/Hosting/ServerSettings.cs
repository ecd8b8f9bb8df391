using System.Globalization;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>What a test's server is told.</summary>
sealed record ServerSettings(TestFolder Folder, TestBroker Broker)
{
    /// <summary>Under which the server commits what it has consumed.</summary>
    public const string ConsumerGroup = "tracking-silo";

    public int Port { get; init; } = TestServer.FreePort();

    public string Log { get; init; } = Broker.Log;

    public TestStore Store { get; init; } = TestStore.Of(Folder);

    public ClockSchedule Clock { get; init; } = ClockSchedule.Real;

    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>Whether it is told when it may not make a file longer (as on a full disk), instead of being ended by the operating system.</summary>
    public bool OutlivesFileLimits { get; init; }

    /// <summary>Anything else, as on a command line; of two settings of one name the later one holds.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    public IEnumerable<string> Arguments()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"--urls=http://127.0.0.1:{Port}");
        yield return "--EndWithInput=true";
        yield return "--Kafka:BootstrapServers=" + Broker.Bootstrap;
        yield return "--Kafka:Log=" + Log;
        yield return "--Kafka:Group=" + ConsumerGroup;
        foreach (var argument in Store.Arguments)
            yield return argument;
        yield return "--Push:KeysFolder=" + Folder.Keys;
        yield return "--Geofences:Folder=" + Folder.Fences;
        yield return "--Notifications:Send=true";
        if (Clock != ClockSchedule.Real)
        {
            yield return "--Clock:DomainStart=" + Clock.DomainStart.ToString("O", CultureInfo.InvariantCulture);
            yield return "--Clock:RealStart=" + Clock.RealStart.ToString("O", CultureInfo.InvariantCulture);
            yield return "--Clock:Speed=" + Clock.Speed.ToString(CultureInfo.InvariantCulture);
            yield return "--Clock:SkipsFile=" + Folder.SaveSkips(Clock.Skips);
        }
        foreach (var argument in More)
            yield return argument;
    }

    /// <summary>By environment: arguments are for everybody to see.</summary>
    public IEnumerable<(string Name, string Value)> Secrets()
    {
        yield return ("Access__OperatorKey", TestServer.OperatorKey);
        for (var i = 0; i < Carriers.Count; i++)
        {
            yield return ($"Access__Carriers__{i}__Carrier", Carriers[i]);
            yield return ($"Access__Carriers__{i}__Key", TestServer.KeyOf(Carriers[i]));
        }
    }
}
