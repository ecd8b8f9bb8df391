using System.Globalization;
using System.Text.Json;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Push.Pages;

/// <summary>A view in plain words of one language, for the first picture that the server draws. The browser's <c>track/words.js</c> says the same, in the visitor's own time zone.</summary>
sealed class ViewWording(ShipmentView view, Language language, CultureInfo culture, DateTimeOffset now)
{
    static readonly string[] s_steps = ["shipped", "inTransit", "outForDelivery", "delivered"];

    readonly TimeZoneInfo _zone = ZoneOf(view.DestinationTimeZone);

    public string Status => language[$"status.{Name(view.Status)}"];

    public string Meaning => language[$"status.{Name(view.Status)}.text"];

    public string ZoneName => language.Format("zone", ("zone", _zone.Id));

    public string Time(DateTimeOffset instant) => Local(instant).ToString("t", culture);

    public string Day(DateTimeOffset instant)
        => RelativeDay(instant) ?? Local(instant).ToString("dddd, ", culture) + Local(instant).ToString("M", culture);

    /// <summary>Short, and fit for the middle of a sentence.</summary>
    public string DayAndTime(DateTimeOffset instant)
    {
        var day = RelativeDay(instant)?.ToLower(culture) ?? Local(instant).ToString("ddd d MMM", culture);
        return language.Format("when.deliveredAt", ("day", day), ("time", Time(instant)));
    }

    string? RelativeDay(DateTimeOffset instant) => (Local(instant).Date - Local(now).Date).Days switch
    {
        0 => language["when.today"],
        1 => language["when.tomorrow"],
        _ => null,
    };

    DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, _zone);

    public bool IsExpected => view.Status is ShipmentStatus.Registered or ShipmentStatus.InTransit or ShipmentStatus.OutForDelivery or ShipmentStatus.AttemptFailed;

    /// <summary>Day over the window: of its beginning, or of the status once nothing is expected any more.</summary>
    public string? WindowDay => IsExpected
        ? view.Arrival is { } arrival ? Day(Down(arrival.Low)) : IsAtTheDoor ? null : language["when.unknown"]
        : view.StatusSince is { } since ? Day(since) : null;

    public string? Window => IsExpected
        ? view.Arrival is { } arrival ? $"{Time(Down(arrival.Low))}–{Time(Up(arrival.High))}" : null
        : view.StatusSince is { } since ? Time(since) : null;

    public string? Stops => view.StopsAway switch
    {
        null => null,
        0 when IsAtTheDoor => $"{language["stops.next"]}, {language["countdown.any"]}",
        0 => language["stops.next"],
        { } n => language.Count("stops", n),
    };

    bool IsAtTheDoor => view is { Status: ShipmentStatus.OutForDelivery, StopsAway: 0, Arrival: null };

    public string? Promise => IsExpected && view.Promise is { } promise
        ? promise.From is { } from
            ? language.Format("when.promisedBetween", ("from", DayAndTime(from)), ("to", Time(promise.By)))
            : language.Format("when.promised", ("time", DayAndTime(promise.By)))
        : null;

    /// <summary>What is late and what one can do; null when nothing is.</summary>
    public (string Title, string Text)? Notice
    {
        get
        {
            if (view.CountdownTakenBack)
                return (language["takenBack"], language["takenBack.text"]);
            if (!IsExpected || view.Punctuality is Punctuality.OnTime or Punctuality.Unknown)
                return null;
            var kind = Name(view.Punctuality);
            var reason = language.Find($"why.{Name(view.Reason)}") ?? language.Find($"reason.{Name(view.Responsibility)}");
            string?[] sentences =
            [
                reason, language["late.sorry"], language[$"late.{kind}.todo"], view.PossibleInstructions.Length > 0 ? language["late.other"] : null,
            ];
            return (language[$"late.{kind}"], string.Join(' ', sentences.Where(sentence => sentence is not null)));
        }
    }

    /// <summary>
    /// The steps and how each stands: <c>done</c>, <c>current</c>, <c>problem</c> or <c>ahead</c>. Where things go another way, the steps that lie behind, and then that.
    /// </summary>
    public IEnumerable<(string Name, string Text, string State)> Steps()
    {
        var (reached, state) = Standing(view.Status);
        for (var i = 0; i < reached; i++)
            yield return Step(s_steps[i], "done");
        if (state is null)
        {
            yield return (Status, "", "problem");
            yield break;
        }
        var now = Step(s_steps[reached], state);
        yield return Status == now.Name ? now : now with { Text = Status };
        for (var i = reached + 1; i < s_steps.Length; i++)
            yield return Step(s_steps[i], "ahead");
    }

    (string Name, string Text, string State) Step(string step, string state) => (language[$"step.{step}"], language[$"step.{step}.text"], state);

    public string ScanName(ScanEvent scan) => language[$"scan.{Name(scan)}"];

    /// <summary>Spelling of an enum on the wire and in keys of texts.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    // A window is shown in steps of five minutes, widened and never narrowed: it stays true, and does not flicker.
    static readonly TimeSpan s_step = TimeSpan.FromMinutes(5);

    static DateTimeOffset Down(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % s_step.Ticks), TimeSpan.Zero);

    static DateTimeOffset Up(DateTimeOffset instant) => Down(instant + s_step - TimeSpan.FromTicks(1));

    /// <summary>The step that is reached and how it stands; null: it is none of the four.</summary>
    static (int Step, string? State) Standing(ShipmentStatus status) => status switch
    {
        ShipmentStatus.Registered => (0, "current"),
        ShipmentStatus.InTransit => (1, "current"),
        ShipmentStatus.OutForDelivery => (2, "current"),
        ShipmentStatus.AttemptFailed => (2, "problem"),
        ShipmentStatus.ReadyForPickup => (3, "current"),
        ShipmentStatus.Delivered => (3, "done"),
        ShipmentStatus.Cancelled => (0, null),
        _ => (2, null),
    };

    static TimeZoneInfo ZoneOf(string? id)
        => id is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;
}
