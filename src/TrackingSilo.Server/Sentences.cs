using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Server;

/// <summary>Failures that a person can mend end the program with one sentence and exit code 1, not with a stack.</summary>
static class Sentences
{
    public static async Task<int> RunAsync(Func<Task> run)
    {
        try
        {
            await run();
            return Environment.ExitCode;
        }
        catch (Exception failure) when (failure is InvalidOperationException or StoreHeldException or StoreTooNewException or IOException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
