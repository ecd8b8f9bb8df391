using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;

namespace TrackingSilo.Server.Queries;

/// <summary>Shipments as they stand in the store, in the order of their keys.</summary>
sealed class ShipmentPages(ITrackingStore store)
{
    /// <summary>Those of a page behind <paramref name="after"/>, and whether there may be more. One that cannot be read is left out: the server says so where it parks it.</summary>
    public async Task<(IReadOnlyList<Shipment> Shipments, string? Next)> NextAsync(string after, CancellationToken cancellationToken)
    {
        var page = await store.PageAsync(ActorKind.Shipment, after, Limits.QueryPage, cancellationToken);
        var shipments = new List<Shipment>(page.Count);
        foreach (var snapshot in page)
        {
            try
            {
                shipments.Add(ShipmentEncoding.ReadSnapshot(snapshot.State.Span).Facts);
            }
            catch (InvalidDataException)
            {
                // parked, and told of, by the engine
            }
        }
        return (shipments, page.Count < Limits.QueryPage ? null : page[^1].Key);
    }
}
