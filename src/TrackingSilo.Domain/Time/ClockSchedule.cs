using System.Collections.Immutable;

namespace TrackingSilo.Domain.Time;

/// <summary>
/// How the time of a replay or a rehearsal runs against real time: from <see cref="DomainStart"/> at <see cref="RealStart"/>, <see cref="Speed"/> times as fast,
/// leaping over <see cref="Skips"/>. Piecewise linear, never backwards.
/// </summary>
public sealed record ClockSchedule
{
    /// <summary>Real time, unchanged.</summary>
    public static readonly ClockSchedule Real = new() { DomainStart = DateTimeOffset.UnixEpoch, RealStart = DateTimeOffset.UnixEpoch };

    public required DateTimeOffset DomainStart { get; init; }
    public required DateTimeOffset RealStart { get; init; }

    /// <summary>Domain seconds a real second; greater than 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Spans of domain time in which nothing happens, in order, without overlap: time leaps from <c>From</c> to <c>To</c>.</summary>
    public ImmutableArray<ClockSkip> Skips { get; init; } = [];

    public DateTimeOffset ToDomain(DateTimeOffset real)
    {
        var domain = DomainStart + (IsRealPace ? real - RealStart : (real - RealStart) * Speed);
        foreach (var skip in Skips)
        {
            if (domain < skip.From)
                break;
            domain += skip.To - skip.From;
        }
        return domain;
    }

    /// <summary>The real instant at which domain time reaches <paramref name="domain"/>.</summary>
    public DateTimeOffset ToReal(DateTimeOffset domain)
    {
        var skipped = TimeSpan.Zero;
        foreach (var skip in Skips)
        {
            if (domain <= skip.From)
                break;
            skipped += (domain < skip.To ? domain : skip.To) - skip.From;
        }
        var sinceStart = domain - skipped - DomainStart;
        return RealStart + (IsRealPace ? sinceStart : sinceStart / Speed);
    }

    // A double holds whole ticks for 28 years only, and Real counts from 1970: without this, real time would be off by one.
    bool IsRealPace => Speed == 1;
}

public readonly record struct ClockSkip(DateTimeOffset From, DateTimeOffset To);
