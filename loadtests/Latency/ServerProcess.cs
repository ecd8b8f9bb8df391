using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using TrackingSilo.LoadTests.Measuring;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>The server as it is deployed, in a process of its own, with an SQLite store in a folder of its own. It lives only as long as this process keeps its input open.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    const string OperatorKey = "operator-of-the-load-test";

    readonly Process _process;
    readonly StreamWriter _log;

    ServerProcess(Process process, Uri address, StreamWriter log)
    {
        _process = process;
        _log = log;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
        Http.DefaultRequestHeaders.Add("X-Api-Key", OperatorKey);
        process.OutputDataReceived += Said;
        process.ErrorDataReceived += Said;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Memory of its own, files that it maps apart.</summary>
    public long MemoryBytes
        => long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;

    /// <param name="small">Collects garbage early, so that what is measured is what it holds and not what it has not yet thrown away.</param>
    public static async Task<ServerProcess> StartAsync(string folder, string bootstrap, string log, int port, bool small)
    {
        var program = Path.Combine(Machine.Checkout(), "src", "TrackingSilo.Server", "bin", "Release", "net10.0", "TrackingSilo.Server.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        string[] arguments =
        [
            "exec", program, "--urls", $"http://127.0.0.1:{port}", "--EndWithInput=true", "--Logging:LogLevel:Microsoft.AspNetCore=Warning",
            "--Kafka:BootstrapServers=" + bootstrap, "--Kafka:Log=" + log, "--Store:Path=" + Path.Combine(folder, "tracking.db"), "--Push:KeysFolder=" + Path.Combine(folder, "keys"),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["Access__OperatorKey"] = OperatorKey;
        if (small)
            start.Environment["DOTNET_GCgen0size"] = "0x400000";
        var server = new ServerProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), new StreamWriter(Path.Combine(folder, "server.log"), append: true) { AutoFlush = true });
        for (var since = Stopwatch.GetTimestamp(); !await server.IsReadyAsync(); await Task.Delay(100))
        {
            if (server._process.HasExited || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"The server did not start: see {folder}/server.log.");
        }
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A tracking link; waits for the server to have heard of the shipment.</summary>
    public async Task<string> LinkAsync(string shipment)
    {
        while (true)
        {
            using var response = await Http.PostAsJsonAsync($"/v1/shipments/{shipment}/links", new { });
            if (response.IsSuccessStatusCode)
                return ((string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["url"]!).Split("/t/")[1];
            if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable))
                response.EnsureSuccessStatusCode();
            await Task.Delay(200);
        }
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(20)));
        }
        if (!_process.HasExited)
            await KillAsync();
        Http.Dispose();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    void Said(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            lock (_log)
                _log.WriteLine(text);
        }
    }
}
