using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Kafka;

namespace TrackingSilo.Notifications;

/// <summary>
/// What happens at fences, to the topic <c>fences</c>, keyed by vehicle: <c>id</c>, <c>carrier</c>, <c>vehicle</c>, <c>fence</c>, <c>name</c>?, <c>kind</c>?, <c>event</c>, <c>at</c>,
/// <c>confidence</c>; <c>retracted: true</c> takes the event of that id back. Events wait here until a checkpoint asks for them to be written.
/// </summary>
public sealed class FenceTopic : IFenceLog, IDisposable
{
    readonly ConcurrentQueue<Message<byte[], byte[]>> _waiting = new();
    readonly SemaphoreSlim _one = new(1, 1);
    readonly Lazy<IProducer<byte[], byte[]>> _producer;
    readonly KafkaTopics _topics;
    readonly NotificationSettings _settings;
    long _written;
    long _dropped;

    public FenceTopic(KafkaSettings kafka, NotificationSettings settings, ILogger<FenceTopic> logger)
    {
        (_topics, _settings) = (kafka.Topics, settings);
        _producer = new(() =>
        {
            var config = kafka.Producer("tracking-silo-fences");
            config.MessageTimeoutMs = (int)Limits.OutboxTry.TotalMilliseconds;
            return new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, message) => logger.Client(message)).Build();
        });
    }

    /// <summary>Events written since the start.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Events that found no room: the topic was away for too long.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Append(VehicleId vehicle, in FenceEvent happened, Geofence? fence)
    {
        if (!_settings.Send)
            return;
        if (_waiting.Count >= Limits.FenceEventsMax)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        _waiting.Enqueue(new Message<byte[], byte[]> { Key = Encoding.ASCII.GetBytes(vehicle.Value), Value = MessageOf(vehicle, happened, fence) });
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_waiting.IsEmpty)
            return;
        await _one.WaitAsync(cancellationToken);
        try
        {
            var batch = new List<Task>();
            while (_waiting.TryPeek(out var message))
            {
                // It stays in the queue until the broker has it, and is sent with those behind it again if the broker has not.
                batch.Clear();
                foreach (var next in _waiting.Take(Limits.OutboxBatchMax))
                    batch.Add(_producer.Value.ProduceAsync(_topics.Fences, next, cancellationToken));
                await Task.WhenAll(batch);
                for (var i = 0; i < batch.Count; i++)
                    _waiting.TryDequeue(out _);
                Interlocked.Add(ref _written, batch.Count);
            }
        }
        catch (KafkaException e)
        {
            throw new IOException($"Fence events could not be written to {_topics.Fences}: {e.Error.Reason}", e);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
        _one.Dispose();
    }

    static byte[] MessageOf(VehicleId vehicle, in FenceEvent happened, Geofence? fence)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", happened.IdFor(vehicle));
            json.WriteString("carrier", vehicle.Carrier);
            json.WriteString("vehicle", vehicle.Name);
            json.WriteString("fence", happened.FenceId);
            if (fence is not null)
            {
                json.WriteString("name", fence.Name);
                json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(fence.Kind.ToString()));
            }
            json.WriteString("event", JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString()));
            json.WriteString("at", happened.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
            json.WriteNumber("confidence", Math.Round(happened.Confidence, 3));
            if (happened.IsRetraction)
                json.WriteBoolean("retracted", true);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
