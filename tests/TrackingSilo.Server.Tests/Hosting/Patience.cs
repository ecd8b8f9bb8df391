namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>Waiting for what other processes do, with an end and a word about what was expected and what was there instead.</summary>
static class Patience
{
    /// <summary>For anything that a server does: far beyond what it takes on a busy machine, for it is never waited out in a run that passes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(100);

    public static Task UntilAsync(string expected, Func<bool> isSo, Func<string> seen)
        => UntilAsync(expected, () => Task.FromResult(isSo()), seen);

    public static async Task UntilAsync(string expected, Func<Task<bool>> isSo, Func<string> seen)
    {
        using var over = new CancellationTokenSource(Limit);
        while (!await isSo())
        {
            if (over.IsCancellationRequested)
                Assert.Fail($"Waited {Limit.TotalSeconds} s for this: {expected}. Seen instead: {seen()}");
            await Task.WhenAny(Task.Delay(s_again, over.Token));
        }
    }

    public static async Task<T> WithinLimit<T>(this Task<T> task, string expected, Func<string> seen)
    {
        await ((Task)task).WithinLimit(expected, seen);
        return await task;
    }

    public static async Task WithinLimit(this Task task, string expected, Func<string> seen)
    {
        if (await Task.WhenAny(task, Task.Delay(Limit)) != task)
            Assert.Fail($"Waited {Limit.TotalSeconds} s for this: {expected}. Seen instead: {seen()}");
        await task;
    }
}
