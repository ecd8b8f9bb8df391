using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Access;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>A server in a process of its own, as the build has put it. It ends with this object, and with this process however that ends.</summary>
sealed class TestServer : IAsyncDisposable
{
    public const string OperatorKey = "operator-of-the-tests-0001";

    /// <summary>Key of a carrier in <see cref="ServerSettings.Carriers"/>.</summary>
    public static string KeyOf(string carrier) => $"key-of-{carrier}-for-tests";

    readonly Process _process;
    readonly Task _copying;
    readonly HttpClient _http;

    TestServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Log = new ServerLog();
        Errors = new ServerLog();
        _copying = Task.WhenAll(Log.CopyAsync(process.StandardOutput), Errors.CopyAsync(process.StandardError));
        _http = new HttpClient { BaseAddress = address, Timeout = Patience.Limit };
    }

    public Uri Address { get; }

    public HttpClient Http => _http;

    /// <summary>Its log: standard output.</summary>
    public ServerLog Log { get; }

    /// <summary>Standard error: the sentence of a server that does not start.</summary>
    public ServerLog Errors { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>A port that nobody listens on, for servers that follow each other under one address.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<TestServer> StartAsync(ServerSettings settings)
    {
        var server = Launch(settings);
        var exited = server._process.WaitForExitAsync();
        var started = server.Log.LineWith("Application started");
        var first = await Task.WhenAny(started, exited, Task.Delay(Patience.Limit));
        if (first == started)
            return server;
        await server.DisposeAsync();
        Assert.Fail($"The server did not start. It said:\n{server.Log.Tail}\n{server.Errors.Tail}");
        return server;
    }

    /// <summary>Starts one that is not expected to stay.</summary>
    public static TestServer Launch(ServerSettings settings)
        => new(Start(settings.Arguments(), settings.Secrets(), settings.OutlivesFileLimits), new Uri($"http://127.0.0.1:{settings.Port}"));

    /// <summary>Runs the program to its end with these arguments alone.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments, []);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WithinLimit("the program to end", () => "it runs");
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>SIGKILL: it gets to do nothing more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(); // this one process, by its id
        await _process.WaitForExitAsync();
        await _copying;
    }

    /// <summary>Ends it in good order.</summary>
    public Task<int> StopAsync()
    {
        _process.StandardInput.Close();
        return ExitedAsync();
    }

    /// <summary>Waits until it has ended, by itself or because it was told to.</summary>
    public async Task<int> ExitedAsync()
    {
        await _process.WaitForExitAsync().WithinLimit("the server to end", () => Log.Tail);
        await _copying;
        return _process.ExitCode;
    }

    public async Task<JsonNode> StatisticsAsync()
    {
        using var request = Request(HttpMethod.Get, "/ops/statistics", OperatorKey);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>Waits until its health is this: <c>ok</c> or <c>degraded</c>. Answers the reasons.</summary>
    public async Task<string> HealthIsAsync(string status)
    {
        JsonNode? health = null;
        await Patience.UntilAsync(
            $"health is {status}",
            async () => (string?)(health = await _http.GetFromJsonAsync<JsonNode>("/health/ready"))?["status"] == status,
            () => $"{health}. {Log.Tail}");
        return health!["reasons"]!.ToJsonString();
    }

    /// <summary>Waits until it has applied so many scans since its start.</summary>
    public async Task HasAppliedScansAsync(long scans)
    {
        long? applied = null;
        await Patience.UntilAsync(
            $"{scans} scans are applied", async () => (applied = (long?)(await StatisticsAsync())["engine"]!["applied"]!["scan"]) >= scans, () => $"{applied}. {Log.Tail}");
    }

    /// <summary>Waits until it has read the log to its end.</summary>
    public async Task IsLiveAsync()
    {
        string? input = null;
        await Patience.UntilAsync("input is live", async () => (input = (string?)(await StatisticsAsync())["engine"]!["input"]) == "live", () => $"{input}. {Log.Tail}");
    }

    /// <summary>A tracking link for a shipment, as soon as the server knows it.</summary>
    public async Task<Uri> LinkAsync(ShipmentId id)
    {
        Uri? link = null;
        await Patience.UntilAsync($"a link to {id}", async () => (link = await TryLinkAsync(id)) is not null, () => Log.Tail);
        return link!;
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, string key) => new(method, path) { Headers = { { ApiKeys.Header, key } } };

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await _copying;
        _http.Dispose();
        _process.Dispose();
    }

    async Task<Uri?> TryLinkAsync(ShipmentId id)
    {
        using var request = Request(HttpMethod.Post, $"/v1/shipments/{id.Carrier}/{Uri.EscapeDataString(id.TrackingNumber)}/links", OperatorKey);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable)
            return null;
        response.EnsureSuccessStatusCode();
        return new Uri((string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["url"]!);
    }

    static Process Start(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, bool outlivesFileLimits = false)
    {
        var program = Program();
        string[] dotnet = outlivesFileLimits ? ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", Muxer()] : [Muxer()];
        var start = new ProcessStartInfo(dotnet[0], [.. dotnet[1..], "exec", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static readonly Regex s_ofThese = new("/(tests|loadtests)/[^/]+/bin/", RegexOptions.RightToLeft);
    static readonly Regex s_inOneFolder = new(@"/bin/TrackingSilo\.[^/]+/", RegexOptions.RightToLeft);

    // The server's own output, of the same build as these tests: beside the sources, or where all output goes to one folder.
    static string Program()
    {
        const string name = "TrackingSilo.Server";
        var folder = s_ofThese.IsMatch(AppContext.BaseDirectory)
            ? s_ofThese.Replace(AppContext.BaseDirectory, $"/src/{name}/bin/", 1)
            : s_inOneFolder.Replace(AppContext.BaseDirectory, $"/bin/{name}/", 1);
        var program = Path.Combine(folder, name + ".dll");
        Assert.True(File.Exists(program), $"{program} is missing: build the server first.");
        return program;
    }

    // The dotnet that runs this process: a test host need not have it on its PATH.
    static string Muxer()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var besideTheRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideTheRuntime) ? besideTheRuntime : name;
    }
}
