namespace TrackingSilo.Storage;

/// <summary>The column <c>next_due_at</c>: Unix milliseconds. Rounded up, so that nobody is woken before it is due.</summary>
static class DueTime
{
    static readonly long s_max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static long ToColumn(DateTimeOffset due)
    {
        var milliseconds = due.ToUnixTimeMilliseconds();
        return due.UtcTicks % TimeSpan.TicksPerMillisecond == 0 || milliseconds == s_max ? milliseconds : milliseconds + 1;
    }

    public static DateTimeOffset FromColumn(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
