using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Storage;

/// <summary>Two states of one actor in one checkpoint have no order: the engine that made it is wrong, and neither is saved.</summary>
static class ActorsOnce
{
    public static void Ensure(Checkpoint checkpoint)
    {
        var seen = new HashSet<(ActorKind, string)>(checkpoint.Actors.Count);
        foreach (var actor in checkpoint.Actors)
        {
            if (!seen.Add((actor.Kind, actor.Key)))
                throw new ArgumentException($"{actor.Kind} {actor.Key} stands in the checkpoint twice.", nameof(checkpoint));
        }
    }
}
