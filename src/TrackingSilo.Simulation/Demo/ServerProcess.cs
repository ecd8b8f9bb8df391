using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The server as a child process. It ends with this object, and when this process is no more: it runs only as long as its standard input is open.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan s_endWithin = TimeSpan.FromSeconds(15);

    readonly Process _process;
    readonly LogFile _log;
    readonly Task _copying;

    ServerProcess(Process process, LogFile log)
    {
        _process = process;
        _log = log;
        _copying = Task.WhenAll(log.CopyAsync(process.StandardOutput), log.CopyAsync(process.StandardError));
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public LogFile Log => _log;

    public static ServerProcess Start(ServerSettings settings)
    {
        var start = new ProcessStartInfo(Muxer())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(settings.Program)!,
            ArgumentList = { "exec", settings.Program },
        };
        foreach (var argument in settings.Arguments())
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings.Secrets())
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, new LogFile(settings.Data.ServerLog));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(s_endWithin);
        }
        catch (TimeoutException)
        {
            _process.Kill(); // this one process, by its id
            await _process.WaitForExitAsync();
        }
        await _copying;
        await _log.DisposeAsync();
        _process.Dispose();
    }

    /// <summary>Where the build has put the server: beside this program, or in the server's own output.</summary>
    public static string FindProgram()
    {
        const string here = "TrackingSilo.Simulation", there = "TrackingSilo.Server";
        var beside = Path.Combine(AppContext.BaseDirectory, there + ".dll");
        var built = Path.Combine(AppContext.BaseDirectory.Replace(here, there, StringComparison.Ordinal), there + ".dll");
        return File.Exists(beside) ? beside
            : File.Exists(built) ? built
            : throw new DemoException($"There is no server to start: neither {beside} nor {built} exists. Build it first: dotnet build -c Release");
    }

    // The dotnet that runs this process: it need not be on the PATH.
    static string Muxer()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : name;
    }
}

/// <summary>What a demo's server is told.</summary>
sealed record ServerSettings(string Program, int Port, string BootstrapServers, string Log, DataFolder Data, ClockSchedule Clock, string OperatorKey)
{
    /// <summary>Each carrier's key.</summary>
    public required IReadOnlyList<(string Carrier, string Key)> CarrierKeys { get; init; }

    /// <summary>Under which the server commits what it has consumed.</summary>
    public const string ConsumerGroup = "tracking-silo";

    public IEnumerable<string> Arguments() =>
    [
        "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"),
        "--EndWithInput=true",
        "--Logging:LogLevel:Microsoft.AspNetCore=Warning", // two lines a request would hide what matters
        "--Kafka:BootstrapServers=" + BootstrapServers,
        "--Kafka:Log=" + Log,
        "--Kafka:Group=" + ConsumerGroup,
        "--Store:Path=" + Data.Database,
        "--Push:KeysFolder=" + Data.Keys,
        "--Geofences:Folder=" + Data.Fences,
        "--Notifications:Send=true",
        "--Clock:DomainStart=" + Clock.DomainStart.ToString("O", CultureInfo.InvariantCulture),
        "--Clock:RealStart=" + Clock.RealStart.ToString("O", CultureInfo.InvariantCulture),
        "--Clock:Speed=" + Clock.Speed.ToString(CultureInfo.InvariantCulture),
        "--Clock:SkipsFile=" + Data.Skips,
    ];

    /// <summary>By environment: arguments are for everybody to see.</summary>
    public IEnumerable<(string Name, string Value)> Secrets()
    {
        yield return ("Access__OperatorKey", OperatorKey);
        for (var i = 0; i < CarrierKeys.Count; i++)
        {
            yield return ($"Access__Carriers__{i}__Carrier", CarrierKeys[i].Carrier);
            yield return ($"Access__Carriers__{i}__Key", CarrierKeys[i].Key);
        }
    }
}
