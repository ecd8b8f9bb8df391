using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace TrackingSilo.Simulation.Demo;

/// <summary>The carriers that have no Kafka: takes a small share of the messages and sends them over HTTP, some lines at a time.</summary>
sealed class GatewayShare
{
    /// <summary>One message in so many goes over HTTP: enough to see it work, few enough that the way in is Kafka.</summary>
    const int OneIn = 40;

    const double PositionsSpeedMax = 120;
    const int LinesMax = 200;
    const int Tries = 3;

    /// <summary>A second's worth; when the gateway is slower than that, messages go to Kafka.</summary>
    const int WaitingMax = 2_000;

    static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(250);

    readonly Channel<SimulatedMessage> _waiting = Channel.CreateBounded<SimulatedMessage>(WaitingMax);
    readonly ServerApi _api;
    readonly Task _running;
    readonly bool _alsoPositions;
    long _seen;

    /// <param name="speed">Of the demo. The gateway stamps records with its own time: what waits here for a moment is minutes late in a fast replay.</param>
    public GatewayShare(ServerApi api, double speed)
    {
        _api = api;
        _alsoPositions = speed <= PositionsSpeedMax;
        _running = RunAsync(api.Carriers[0]);
    }

    public long Requests { get; private set; }
    public long Accepted { get; private set; }
    public long Refused { get; private set; }
    public long Failed { get; private set; }

    /// <summary>What the last request that failed was answered.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether this message goes this way; if not, it has to go another.</summary>
    public bool TryTake(SimulatedMessage message)
        => (message.Topic is MessageTopic.Shipments or MessageTopic.Scans || (_alsoPositions && message.Topic is MessageTopic.Manifests or MessageTopic.Positions))
            && message.Fact is not RefusedFact
            && _seen++ % OneIn == 0
            && _waiting.Writer.TryWrite(message);

    /// <summary>Sends what still waits and ends.</summary>
    public Task CompleteAsync()
    {
        _waiting.Writer.TryComplete();
        return _running;
    }

    async Task RunAsync(string carrier)
    {
        // One line that is no scan, to see it come back.
        var wrong = new ArrayBufferWriter<byte>();
        wrong.Write(Wire.Object(json => json.WriteString("carrier", carrier)));
        await PostAsync(MessageTopic.Scans, carrier, wrong);

        var lines = new Dictionary<(MessageTopic, string), ArrayBufferWriter<byte>>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            // What comes within this time goes in one request.
            await Task.Delay(s_gather);
            for (var count = 0; count < LinesMax && _waiting.Reader.TryRead(out var message); count++)
            {
                var way = (message.Topic, message.Key[..message.Key.IndexOf('/')]);
                if (!lines.TryGetValue(way, out var body))
                    lines.Add(way, body = new ArrayBufferWriter<byte>());
                body.Write(message.Value);
                body.Write("\n"u8);
            }
            foreach (var ((topic, sender), body) in lines)
                await PostAsync(topic, sender, body);
            lines.Clear();
        }
    }

    async Task PostAsync(MessageTopic topic, string carrier, ArrayBufferWriter<byte> body)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Requests++;
                Count(await _api.PostAsync(topic, carrier, body.WrittenMemory, CancellationToken.None));
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
            {
                Trouble = string.Create(CultureInfo.InvariantCulture, $"{topic} of {carrier}: {e.Message}");
                if (attempt < Tries)
                    continue;
                Failed += body.WrittenSpan.Count((byte)'\n');
                return;
            }
        }
    }

    void Count(JsonNode? answer)
    {
        Accepted += (long?)answer?["accepted"] ?? 0;
        Refused += (long?)answer?["refused"] ?? 0;
        Failed += (long?)answer?["unknown"] ?? 0;
    }
}
