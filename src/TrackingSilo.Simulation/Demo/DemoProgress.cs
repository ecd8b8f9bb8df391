using System.Globalization;
using Spectre.Console;

namespace TrackingSilo.Simulation.Demo;

/// <summary>How far a demo has come.</summary>
sealed record DemoState(DateTimeOffset DomainTime, long Sent, long Applied, long Refused, long Delivered, long Tells, long ViewsReceived);

/// <summary>Tells the person at the keyboard: a table that changes in place on a terminal, a line now and then elsewhere.</summary>
sealed class DemoProgress
{
    static readonly TimeSpan s_tableEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);

    readonly bool _interactive = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public static void Say(string line) => Console.WriteLine(line);

    /// <param name="read">Asked for the present state; null: not known at the moment.</param>
    /// <param name="over">Ends the showing.</param>
    public async Task ShowAsync(Func<Task<DemoState?>> read, TimeZoneInfo zone, CancellationToken over)
    {
        if (_interactive)
            await AnsiConsole.Live(new Table()).AutoClear(true).StartAsync(live => LoopAsync(read, s_tableEvery, state => live.UpdateTarget(TableOf(state, zone)), over));
        else
            await LoopAsync(read, s_lineEvery, state => Say(LineOf(state, zone)), over);
    }

    static async Task LoopAsync(Func<Task<DemoState?>> read, TimeSpan every, Action<DemoState> show, CancellationToken over)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                if (await read() is { } state)
                    show(state);
            }
        }
        catch (OperationCanceledException)
        {
            // Over is how it ends.
        }
    }

    static string LineOf(DemoState state, TimeZoneInfo zone)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Local(state, zone)}  sent {state.Sent:N0} · applied {state.Applied:N0} · refused {state.Refused:N0} · delivered {state.Delivered:N0} · views seen {state.ViewsReceived:N0}");

    static Table TableOf(DemoState state, TimeZoneInfo zone)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        table.AddRow("time in the simulation", Local(state, zone));
        Row("messages sent", state.Sent);
        Row("applied by actors", state.Applied);
        Row("refused", state.Refused);
        Row("parcels delivered", state.Delivered);
        Row("words between actors", state.Tells);
        Row("views seen by viewers", state.ViewsReceived);
        return table;

        void Row(string what, long count) => table.AddRow(what, count.ToString("N0", CultureInfo.InvariantCulture));
    }

    static string Local(DemoState state, TimeZoneInfo zone)
        => TimeZoneInfo.ConvertTime(state.DomainTime, zone).ToString("ddd dd MMM HH:mm:ss", CultureInfo.InvariantCulture);
}
