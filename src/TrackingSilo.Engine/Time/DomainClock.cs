using TrackingSilo.Domain.Time;

namespace TrackingSilo.Engine.Time;

/// <summary>
/// The clock that actors live by: <see cref="GetUtcNow"/> follows a schedule (shifted and scaled for replays), while timestamps and timers stay
/// those of <paramref name="real"/>, so that checkpoints, ticks and retries keep real, monotonic time.
/// </summary>
public sealed class DomainClock(ClockSchedule schedule, TimeProvider real) : TimeProvider
{
    /// <summary>Domain seconds a real second.</summary>
    public double Speed => schedule.Speed;

    public override DateTimeOffset GetUtcNow() => schedule.ToDomain(real.GetUtcNow());

    /// <summary>The domain time that it will be once <paramref name="span"/> of real time has passed, leaps included.</summary>
    public DateTimeOffset After(TimeSpan span) => schedule.ToDomain(real.GetUtcNow() + span);

    public override long GetTimestamp() => real.GetTimestamp();

    public override long TimestampFrequency => real.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => real.CreateTimer(callback, state, dueTime, period);
}
