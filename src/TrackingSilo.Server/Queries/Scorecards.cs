using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;

namespace TrackingSilo.Server.Queries;

/// <summary>Goes through the store again and again, slowly, and keeps what it found: how each carrier does.</summary>
sealed class Scorecards(ShipmentPages pages, TimeProvider time, ILogger<Scorecards> logger) : BackgroundService
{
    volatile ScorecardSnapshot _current = new(null, []);

    public ScorecardSnapshot Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await CountAsync(stoppingToken);
                await Task.Delay(Limits.ScorecardInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // asked to stop
        }
    }

    async Task CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var scores = new SortedDictionary<string, CarrierScore>(StringComparer.Ordinal);
        try
        {
            for (string? after = ""; after is not null;)
            {
                (var shipments, after) = await pages.NextAsync(after, cancellationToken);
                foreach (var shipment in shipments)
                {
                    if (!scores.TryGetValue(shipment.Id.Carrier, out var score))
                        scores.Add(shipment.Id.Carrier, score = new CarrierScore(shipment.Id.Carrier));
                    score.Add(shipment, now);
                }
                await Task.Delay(Limits.ScorecardPause, time, cancellationToken);
            }
            _current = new ScorecardSnapshot(now, [.. scores.Values]);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The store is away: what was counted last stays, with its time.
            logger.NotCounted(failure.Message);
        }
    }
}

/// <summary>What was counted when; null: the first count has not ended.</summary>
sealed record ScorecardSnapshot(DateTimeOffset? AsOf, IReadOnlyList<CarrierScore> Carriers);
