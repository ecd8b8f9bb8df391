using TrackingSilo.Engine.Actors;

namespace TrackingSilo.Engine.Embedded;

/// <summary>Which shard owns an actor, and the way to tell it something.</summary>
sealed class ShardRouter
{
    Shard[] _shards = [];

    public IReadOnlyList<Shard> Shards => _shards;

    public void Open(Shard[] shards) => _shards = shards;

    /// <summary>The same for the life of the process: string hashes do not change within one.</summary>
    public int IndexOf(string key) => (int)((uint)key.GetHashCode(StringComparison.Ordinal) % (uint)_shards.Length);

    public Shard For(string key) => _shards[IndexOf(key)];

    public void Tell(in ToldProgress tell) => For(tell.Shipment.Value).Tell(tell);

    public void Tell(in ToldWatch tell) => For(tell.Vehicle.Value).Tell(tell);

    public void Tell(in ToldConfirmation tell) => For(tell.Vehicle.Value).Tell(tell);
}
