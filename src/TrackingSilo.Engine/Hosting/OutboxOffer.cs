using TrackingSilo.Domain.Milestones;

namespace TrackingSilo.Engine.Hosting;

/// <summary>What was handed over of one shipment's outbox: each entry once, and again when nobody confirms it for a while.</summary>
public sealed class OutboxOffer
{
    HashSet<string>? _keys;
    long _at;

    /// <summary>Whether nobody has confirmed for so long that all is handed over again.</summary>
    public bool IsOld(TimeProvider clock, long timestamp) => clock.GetElapsedTime(_at, timestamp) >= Limits.OutboxRetry;

    /// <summary>The entries to hand over now, of those that are durable; counts as done, for where there is no room the retry comes round anyway.</summary>
    public IReadOnlyList<OutboxEntry> Next(IReadOnlyCollection<OutboxEntry> durable, bool retry, long timestamp)
    {
        var entries = durable.Where(entry => retry || _keys is null || !_keys.Contains(entry.Key)).ToList();
        if (entries.Count > 0)
            (_keys, _at) = ([.. durable.Select(entry => entry.Key)], timestamp);
        return entries;
    }
}
