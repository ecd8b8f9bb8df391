using System.Diagnostics;

namespace TrackingSilo.Engine.Tests;

/// <summary>
/// A PostgreSQL of its own for a test class (as an <see cref="IClassFixture{T}"/>): the operating system's binaries, a fresh cluster in a temporary folder, reached by a
/// socket in that folder. It ends with this process, whichever way that ends.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    // Says when the server answers, and stops it when standard input closes, which the operating system sees to if this process is killed.
    const string Script =
        """
        trap '' PIPE
        trap '"$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1; rm -rf "$1"' EXIT
        "$0/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$1/initdb.log" 2>&1 || { cat "$1/initdb.log"; exit 1; }
        up() { "$0/pg_ctl" -D "$1/data" -w -l "$1/server.log" -o "-c listen_addresses='' -c unix_socket_directories='$1' -c fsync=$2 -c max_wal_size=4GB -c max_connections=200" start >/dev/null; }
        up "$@" || { cat "$1/server.log"; exit 1; }
        echo ready
        while read command; do
            case $command in
                down) "$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null ;;
                up) up "$@" ;;
            esac
            echo $command
        done
        """;

    /// <summary>Whether it survives a loss of power, which costs time and which no test needs.</summary>
    public bool IsDurable { get; init; }

    readonly string _folder = Path.Combine(Path.GetTempPath(), "tracking-postgres-" + Path.GetRandomFileName());
    string _binaries = "";
    Process? _server;
    int _databases;

    public async Task InitializeAsync()
    {
        _binaries = FindBinaries()
            ?? throw new InvalidOperationException("These tests need PostgreSQL: apt-get install postgresql (./test installs it), or put its initdb into the PATH.");
        Directory.CreateDirectory(_folder);
        // PostgreSQL refuses to run as root: then its own user runs it.
        string[] shell = ["sh", "-c", Script, _binaries, _folder, IsDurable ? "on" : "off"];
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", _folder);
            shell = ["runuser", "-u", "postgres", "--", .. shell];
        }
        _server = Process.Start(new ProcessStartInfo(shell[0], shell[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        var first = await _server.StandardOutput.ReadLineAsync();
        if (first != "ready")
            throw new InvalidOperationException($"PostgreSQL did not start: {first}{Environment.NewLine}{await _server.StandardOutput.ReadToEndAsync()}");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, true);
    }

    /// <summary>Ends the server as a crash would; what it has committed is kept.</summary>
    public Task TakeDownAsync() => CommandAsync("down");

    public Task BringUpAsync() => CommandAsync("up");

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await RunAsync(Path.Combine(_binaries, "createdb"), "-h", _folder, "-U", "postgres", name);
        return $"Host={_folder};Username=postgres;Database={name}";
    }

    async Task CommandAsync(string command)
    {
        await _server!.StandardInput.WriteLineAsync(command);
        await _server.StandardInput.FlushAsync();
        if (await _server.StandardOutput.ReadLineAsync() is var answer && answer != command)
            throw new InvalidOperationException($"PostgreSQL, asked to go {command}: {answer}");
    }

    static string? FindBinaries()
        => new[] { "/usr/lib/postgresql" }
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .OrderByDescending(version => double.TryParse(Path.GetFileName(version), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));

    static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {errors}");
    }
}
