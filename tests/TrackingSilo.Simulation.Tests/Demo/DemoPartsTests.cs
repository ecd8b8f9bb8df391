using System.Net;
using System.Net.Sockets;
using System.Text;
using TrackingSilo.Simulation.Demo;

namespace TrackingSilo.Simulation.Tests.Demo;

public sealed class DemoPartsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("demo").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_port_in_use_is_said_in_a_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var wrong = Assert.Throws<DemoException>(() => Ports.Choose(port));

        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains($"Port {port} is in use", wrong.Message);
        Assert.NotEqual(port, Ports.Choose(null));
    }

    [Fact]
    public async Task Each_log_entry_with_trouble_counts_once()
    {
        await using var log = new LogFile(Path.Combine(_folder, "a.log"));
        await log.CopyAsync(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes("""
            info: Server[0]
                  Now listening on: http://127.0.0.1:5000
            fail: Engine[3]
                  An actor failed.
                  System.InvalidOperationException: no
                     at Somewhere
                  ---> System.IO.IOException: why
            warn: Kafka[1]
                  Retrying after System.TimeoutException: slow
            warn: Kafka[1]
                  Retrying.
            Unhandled exception. System.Exception: end
            """))));
        Assert.Equal(3, log.Exceptions);
        Assert.EndsWith("Unhandled exception. System.Exception: end", log.Tail);
    }

    [Fact]
    public void A_city_on_a_folder_that_was_used_before_begins_on_a_later_day()
    {
        var now = new DateTimeOffset(2026, 5, 4, 15, 0, 0, TimeSpan.Zero);
        var data = DataFolder.Open(_folder);
        Assert.Null(data.Reached);
        var first = DemoSource.Make(new DemoOptions(), data.Reached, now);
        data.SaveReached(first.StartsAt.AddHours(3));

        var second = DemoSource.Make(new DemoOptions(), DataFolder.Open(_folder).Reached, now);

        Assert.Equal(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero), first.StartsAt);
        Assert.Equal(first.StartsAt.AddDays(1), second.StartsAt);
    }

    [Theory]
    [InlineData("nowhere", null, "there is no folder")]
    [InlineData(".", null, "no description fits")]
    [InlineData(".", "missing.yaml", "missing.yaml")]
    public void What_cannot_be_replayed_is_said_in_a_sentence(string replay, string? description, string what)
    {
        var options = new DemoOptions { Replay = Path.Combine(_folder, replay), Description = description is null ? null : Path.Combine(_folder, description) };
        var wrong = Assert.Throws<DemoException>(() => DemoSource.Make(options, null, DateTimeOffset.UnixEpoch));
        Assert.Contains(what, wrong.Message);
        Assert.Equal(2, wrong.ExitCode);
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "70000")]
    [InlineData("--speed", "0")]
    [InlineData("--speed", "NaN")]
    [InlineData("--seconds", "-1")]
    [InlineData("--vans", "many")]
    [InlineData("--nonsense", "1")]
    public void A_command_line_that_makes_no_sense_is_refused(params string[] arguments)
        => Assert.NotEmpty(DemoCommand.Create().Parse(arguments).Errors);
}
