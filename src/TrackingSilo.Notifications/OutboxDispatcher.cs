using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Kafka;

namespace TrackingSilo.Notifications;

/// <summary>
/// Takes outbox entries from the engine, writes them to their topics, and confirms what the log has acknowledged: at least once, under the entry's key. What fails is
/// let go: the engine keeps it and hands it over again.
/// </summary>
public sealed class OutboxDispatcher : BackgroundService, IOutbox
{
    readonly Channel<Offer> _offers = Channel.CreateBounded<Offer>(new BoundedChannelOptions(Limits.OutboxQueueMax) { SingleReader = true });
    readonly ConcurrentDictionary<(ShipmentId Id, string Key), byte> _underWay = new(); // as many as wait in the queue, and the batch that is written
    readonly Lazy<ITrackingEngine> _engine;
    readonly Lazy<IProducer<byte[], byte[]>> _producer;
    readonly KafkaTopics _topics;
    readonly NotificationSettings _settings;
    readonly NotificationCounters _counters;
    readonly TimeProvider _time;
    readonly ILogger<OutboxDispatcher> _logger;
    readonly TrackingLinkIssuer? _links;

    /// <param name="engine">Late, for the engine is made with this outbox.</param>
    /// <param name="links">Null: messages carry no link.</param>
    public OutboxDispatcher(
        KafkaSettings kafka, NotificationSettings settings, Lazy<ITrackingEngine> engine, NotificationCounters counters, TimeProvider time, ILogger<OutboxDispatcher> logger,
        TrackingLinkIssuer? links = null)
    {
        (_settings, _engine, _counters, _time, _logger, _topics, _links) = (settings, engine, counters, time, logger, kafka.Topics, links);
        _producer = new(() =>
        {
            var config = kafka.Producer("tracking-silo-outbox");
            config.MessageTimeoutMs = (int)Limits.OutboxTry.TotalMilliseconds;
            return new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, message) => logger.Client(message)).Build();
        });
    }

    public NotificationStatistics Statistics => _counters.Snapshot(_offers.Reader.Count);

    public bool TryEnqueue(ShipmentId id, IReadOnlyList<OutboxEntry> entries)
    {
        // An entry that is offered again while its first offer waits goes out once.
        var taken = entries.Where(entry => _underWay.TryAdd((id, entry.Key), 0)).ToArray();
        if (taken.Length == 0 || _offers.Writer.TryWrite(new Offer(id, taken)))
            return true;
        Release(new Offer(id, taken));
        return false;
    }

    public override void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var batch = new List<Task>(Limits.OutboxBatchMax);
            while (await _offers.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < Limits.OutboxBatchMax && _offers.Reader.TryRead(out var offer))
                    batch.Add(DispatchAsync(offer));
                await Task.WhenAll(batch).WaitAsync(stoppingToken); // a stop does not wait for a log that is away
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What still waits is in the engine's durable state.
        }
    }

    async Task DispatchAsync(Offer offer)
    {
        try
        {
            var sent = await Task.WhenAll(offer.Entries.Select(entry => SendAsync(offer.Id, entry)));
            string[] keys = [.. offer.Entries.Where((_, i) => sent[i]).Select(entry => entry.Key)];
            if (keys.Length > 0)
                await _engine.Value.ConfirmSentAsync(offer.Id, keys, CancellationToken.None);
        }
        catch (Exception e)
        {
            _logger.NotConfirmed(e, offer.Id.Value); // it goes out a second time; its key says so
        }
        finally
        {
            Release(offer);
        }
    }

    async Task<bool> SendAsync(ShipmentId id, OutboxEntry entry)
    {
        if (!_settings.Send)
        {
            _counters.Suppressed(entry.Kind);
            return true;
        }
        var topic = entry.Kind == OutboxKind.Notification ? _topics.Notifications : _topics.Instructions;
        var link = entry.Kind == OutboxKind.Notification && _links is not null ? await _links(id, CancellationToken.None) : null;
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.ASCII.GetBytes(id.Value), Value = OutboxMessage.Of(id, entry, link), Timestamp = new Timestamp(_time.GetUtcNow()),
        };
        try
        {
            await _producer.Value.ProduceAsync(topic, message);
            _counters.Sent(entry.Kind);
            return true;
        }
        catch (ProduceException<byte[], byte[]> e)
        {
            _counters.Failed();
            _logger.NotSent(id.Value, entry.Key, e.Error.Reason);
            return false;
        }
    }

    void Release(Offer offer)
    {
        foreach (var entry in offer.Entries)
            _underWay.TryRemove((offer.Id, entry.Key), out _);
    }

    sealed record Offer(ShipmentId Id, OutboxEntry[] Entries);
}
