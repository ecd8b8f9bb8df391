using System.Diagnostics;
using Confluent.Kafka;
using TrackingSilo.Kafka;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>Writes what vans and carriers report: in time, and counts when it was late.</summary>
sealed class Sender : IDisposable
{
    // Finer than what is measured.
    static readonly TimeSpan s_grain = TimeSpan.FromMilliseconds(2);

    readonly KafkaTopics _topics = new();
    readonly IProducer<string, byte[]> _producer;
    long _failed;

    public Sender(string bootstrap)
    {
        var settings = new KafkaSettings { BootstrapServers = bootstrap, Log = "none" };
        var config = settings.Producer("load-test");
        config.LingerMs = 2;
        config.MaxInFlight = 1;
        config.QueueBufferingMaxMessages = 500_000;
        _producer = new ProducerBuilder<string, byte[]>(config).Build();
    }

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Shipments, their scans, and the tours.</summary>
    public async Task PrepareAsync(int vans, DateTimeOffset now)
    {
        for (var van = 0; van < vans; van++)
        {
            Write(_topics.Shipments, Town.ShipmentKey(van), Town.Registration(van, now), now);
            foreach (var scan in Town.Scans(van, now))
                Write(_topics.Scans, Town.ShipmentKey(van), scan, now);
            Write(_topics.Manifests, Town.VehicleKey(van), Town.Manifest(van), now);
        }
        await FlushAsync();
    }

    /// <summary>Reports as scheduled until it is cancelled; answers how many.</summary>
    public async Task<long> PlayAsync(Schedule schedule, CancellationToken over)
    {
        var keys = Enumerable.Range(0, schedule.Vans).Select(Town.VehicleKey).ToArray();
        using var timer = new PeriodicTimer(s_grain);
        long number = 0;
        while (!over.IsCancellationRequested)
        {
            var now = TimeProvider.System.GetUtcNow();
            for (; schedule.DueMs(number) <= now.ToUnixTimeMilliseconds(); number++)
            {
                var van = (int)(number % schedule.Vans);
                Write(_topics.Positions, keys[van], Town.Position(van, schedule.DueMs(number)), now);
            }
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        await FlushAsync();
        return number;
    }

    public void Dispose() => _producer.Dispose();

    void Write(string topic, string key, byte[] value, DateTimeOffset at)
    {
        var message = new Message<string, byte[]> { Key = key, Value = value, Timestamp = new Timestamp(at.ToUnixTimeMilliseconds(), TimestampType.CreateTime) };
        while (true)
        {
            try
            {
                _producer.Produce(topic, message, Delivered);
                return;
            }
            catch (ProduceException<string, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    void Delivered(DeliveryReport<string, byte[]> report)
    {
        if (report.Error.IsError)
            Interlocked.Increment(ref _failed);
    }

    async Task FlushAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (await Task.Run(() => _producer.Flush(TimeSpan.FromSeconds(5))) > 0)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                throw new TimeoutException("The broker did not take what was sent within a minute.");
        }
    }
}
