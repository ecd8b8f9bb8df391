using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Server;

/// <summary>Failures that a person can mend end the program with one sentence and exit code 1, not with a stack.</summary>
static class Sentences
{
    /// <param name="run">Answers why the program had to end; null: it was asked to.</param>
    public static async Task<int> RunAsync(Func<Task<string?>> run)
    {
        try
        {
            if (await run() is not { } reason)
                return Environment.ExitCode;
            Console.Error.WriteLine(reason);
            return 1;
        }
        catch (Exception failure) when (failure is InvalidOperationException or StoreHeldException or StoreTooNewException or IOException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
