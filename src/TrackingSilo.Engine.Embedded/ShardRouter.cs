using TrackingSilo.Engine.Actors;

namespace TrackingSilo.Engine.Embedded;

/// <summary>Which shard owns an actor, and the way to tell it something.</summary>
sealed class ShardRouter
{
    Shard[] _shards = [];

    public IReadOnlyList<Shard> Shards => _shards;

    public void Open(Shard[] shards) => _shards = shards;

    /// <summary>By the upper bits of a <see cref="KeyHash"/>: the same for the life of the process.</summary>
    public int IndexOf(uint hash) => (int)(((ulong)hash * (uint)_shards.Length) >> 32);

    public Shard For(string key) => _shards[IndexOf(KeyHash.Of(key))];

    public void Tell(in ToldProgress tell) => For(tell.Shipment.Value).Tell(tell);

    public void Tell(in ToldWatch tell) => For(tell.Vehicle.Value).Tell(tell);

    public void Tell(in ToldConfirmation tell) => For(tell.Vehicle.Value).Tell(tell);
}
