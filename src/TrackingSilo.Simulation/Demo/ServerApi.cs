using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The server's HTTP interface, as an operator and as the carriers.</summary>
sealed class ServerApi(Uri address, string operatorKey, IReadOnlyList<(string Carrier, string Key)> carrierKeys) : IDisposable
{
    const string KeyHeader = "X-Api-Key";
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };

    public Uri Address => address;

    /// <summary>Those in whose name it can speak.</summary>
    public IReadOnlyList<string> Carriers { get; } = [.. carrierKeys.Select(known => known.Carrier)];

    public void Dispose() => _http.Dispose();

    /// <summary>Waits until the server says that it is ready; false when it never will: <paramref name="gone"/> answered true.</summary>
    public async Task<bool> ReadyAsync(Func<bool> gone, CancellationToken cancellationToken)
    {
        while (!gone())
        {
            try
            {
                using var response = await _http.GetAsync("/health/ready", cancellationToken);
                if (response.IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(s_poll, cancellationToken);
        }
        return false;
    }

    public async Task<JsonNode?> StatisticsAsync(CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, "/ops/statistics", operatorKey);
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
    }

    /// <summary>A tracking link for a shipment; null: the server does not know it (yet).</summary>
    public async Task<Uri?> LinkAsync(ShipmentId id, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, $"/v1/shipments/{id.Carrier}/{Uri.EscapeDataString(id.TrackingNumber)}/links", operatorKey);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.ServiceUnavailable)
            return null;
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        return new Uri(_http.BaseAddress!, (string)answer!["url"]!);
    }

    /// <summary>What a recipient does on the tracking page: says where the parcel should be left. Answers whether it was received.</summary>
    public async Task<bool> InstructAsync(Uri link, string note, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { commandId = Guid.NewGuid().ToString("N"), kind = "safePlace", note });
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.PostAsync(new Uri(link, $"/track/{link.Segments[^1]}/instructions"), content, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Sends lines of one topic in a carrier's name.</summary>
    public async Task<JsonNode?> PostAsync(MessageTopic topic, string carrier, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var key = carrierKeys.First(known => known.Carrier == carrier).Key;
        using var request = Request(HttpMethod.Post, "/v1/" + topic.ToString().ToLowerInvariant(), key);
        request.Content = new ReadOnlyMemoryContent(lines) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
    }

    static HttpRequestMessage Request(HttpMethod method, string path, string key)
        => new(method, path) { Headers = { { KeyHeader, key } } };
}
