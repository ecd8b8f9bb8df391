using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TrackingSilo.DevBroker;

/// <summary>
/// A development broker in a child process, for tests, the demo and load tests: a crash of it, or of its library, is not theirs.
/// It ends with this object, and with this process however that ends, for it lives only as long as its standard input is open.
/// </summary>
/// <remarks>Consumers against it set <c>FetchWaitMaxMs = 10</c>: it does not wake a fetch that waits. Producers use lz4.</remarks>
public sealed partial class DevBrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan _startWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _endWithin = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly SemaphoreSlim _oneCommand = new(1, 1);

    private DevBrokerProcess(Process process, string bootstrap, string log)
    {
        _process = process;
        Bootstrap = bootstrap;
        Log = log;
    }

    /// <summary>Where clients connect: <c>127.0.0.1:port</c>.</summary>
    public string Bootstrap { get; }

    /// <summary>The name of this log; another at each start, because offsets begin at 0 again.</summary>
    public string Log { get; }

    public int ProcessId => _process.Id;

    /// <exception cref="InvalidOperationException">It did not start; the message is what it said.</exception>
    /// <param name="said">Gets what it writes to its standard error, line by line, on other threads.</param>
    public static async Task<DevBrokerProcess> StartAsync(IEnumerable<Topic> topics, Action<string>? said = null, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(Muxer())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "TrackingSilo.DevBroker.dll"), "--outlives-interrupt" },
        };
        var list = string.Join(',', topics);
        if (list.Length > 0)
        {
            start.ArgumentList.Add("--topics");
            start.ArgumentList.Add(list);
        }

        var process = Process.Start(start)!;
        var errors = new Queue<string>();
        process.ErrorDataReceived += (_, e) =>
        {
            Keep(errors, e.Data);
            if (e.Data is not null)
                said?.Invoke(e.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(_startWithin, cancellation);
            if (Ready().Match(line ?? "") is { Success: true } ready)
                return new DevBrokerProcess(process, ready.Groups["bootstrap"].Value, ready.Groups["log"].Value);
            if (line is null)
                await process.WaitForExitAsync(cancellation); // then all that it said has been read
            lock (errors)
                throw new InvalidOperationException("The development broker did not start: " + (line ?? string.Join('\n', errors)));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Cuts every connection and takes no new one until <see cref="BringUpAsync"/>. What was written is kept.</summary>
    public Task TakeDownAsync() => CommandAsync("down");

    public Task BringUpAsync() => CommandAsync("up");

    /// <summary>Delays every answer.</summary>
    public Task SetRoundTripAsync(TimeSpan time) => CommandAsync(string.Create(CultureInfo.InvariantCulture, $"rtt {(int)time.TotalMilliseconds}"));

    public Task CreateAsync(Topic topic) => CommandAsync(string.Create(CultureInfo.InvariantCulture, $"topic {topic.Name} {topic.Partitions}"));

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_process);
        _oneCommand.Dispose();
    }

    private async Task CommandAsync(string command)
    {
        await _oneCommand.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            var answer = await _process.StandardOutput.ReadLineAsync();
            if (answer != "OK")
                throw new InvalidOperationException($"The development broker, asked to '{command}': {answer ?? "it has ended"}");
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(_endWithin);
        }
        catch (TimeoutException)
        {
            process.Kill(); // this one process, by its id
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    // The last of what it says, so that a broker that talks much costs little.
    private static void Keep(Queue<string> errors, string? line)
    {
        if (line is null)
            return;
        lock (errors)
        {
            errors.Enqueue(line);
            if (errors.Count > 20)
                errors.Dequeue();
        }
    }

    // The dotnet that runs this process: a test host or an apphost need not have it on its PATH.
    private static string Muxer()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : name;
    }

    [GeneratedRegex(@"^READY bootstrap=(?<bootstrap>\S+) log=(?<log>\S+)$")]
    private static partial Regex Ready();
}
