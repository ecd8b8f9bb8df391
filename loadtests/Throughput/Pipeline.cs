using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Embedded;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion;
using TrackingSilo.Ingestion.Consumers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Vocabularies;
using TrackingSilo.Kafka;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.LoadTests.Throughput;

/// <summary>A fresh engine on an empty SQLite store, and the server's own consumers before it; checkpoints as they come, and one at the end.</summary>
sealed class Pipeline(KafkaSettings settings, CarrierVocabularies vocabularies, GeofenceIndex fences)
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads all of it once. Answers what the engine counted.</summary>
    public async Task<EngineStatistics> ReadAsync(long messages)
    {
        var folder = Directory.CreateTempSubdirectory("throughput-");
        try
        {
            await using var store = new SqliteStore(Path.Combine(folder.FullName, "tracking.db"));
            var knowledge = new KnowledgeSource();
            knowledge.Fenced(fences);
            await using var engine = new EmbeddedEngine(
                store, TimeProvider.System, new Nobody(), new Nobody(), new Nobody(), knowledge, new EmbeddedEngineSettings(), NullLogger<EmbeddedEngine>.Instance);
            await engine.StartAsync("load test", default);
            using var counters = new IngestionCounters();
            using var ingestion = new KafkaIngestion(
                settings, engine, counters, vocabularies, new VehicleIdCache(), TimeProvider.System, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLoggerFactory.Instance);
            await ingestion.StartAsync(default);
            while (engine.Statistics.Applied.Values.Sum() < messages)
            {
                if (ingestion.StopReason is { } reason)
                    throw new InvalidOperationException(reason);
                await Task.Delay(s_look);
            }
            await engine.FlushAsync(default);
            await ingestion.StopAsync(default);
            return engine.Statistics;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Nobody looks.</summary>
    sealed class Nobody : IUpdateSink, IOutbox, IFenceLog
    {
        public bool FleetIsWatched => false;

        public void Publish(PublishedView view)
        {
        }

        public void Publish(in VehicleView view)
        {
        }

        public bool TryEnqueue(ShipmentId id, IReadOnlyList<OutboxEntry> entries) => true;

        public void Append(VehicleId vehicle, in FenceEvent happened, Geofence? fence)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
