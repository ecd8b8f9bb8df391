using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Engine.Hosting;

/// <summary>What an engine knows about its input, and what may be shown meanwhile.</summary>
/// <param name="LiveUntil">When it was live last (domain time); null: it is, or never was.</param>
public sealed record InputSituation(InputState State, DateTimeOffset? LiveUntil)
{
    /// <summary>Before anything was read.</summary>
    public static InputSituation Unread { get; } = new(InputState.CatchingUp, null);

    public bool IsLive => State == InputState.Live;

    /// <summary>The situation after it has become <paramref name="state"/>.</summary>
    public InputSituation Become(InputState state, DateTimeOffset now)
        => new(state, state == InputState.Live ? null : IsLive ? now : LiveUntil);

    /// <summary>What to answer to somebody who follows a shipment that exists. Until the log is read to its end a page keeps what it has: it may be newer than what has been replayed.</summary>
    /// <param name="version">Of the view that the shipment would show.</param>
    public FollowAnswer Answer(ShipmentActor shipment, ViewVersion version, ViewVersion have, Viewer viewer, DateTimeOffset now)
    {
        var epoch = shipment.Facts.LinkEpoch;
        if (IsLive ? !version.Supersedes(have) : have != default)
            return new FollowAnswer(FollowResult.NothingNewer, epoch, null);
        DateTimeOffset? asOf = IsLive ? null : LiveUntil ?? shipment.SavedAt ?? now;
        return new FollowAnswer(FollowResult.View, epoch, new PublishedView(shipment.Facts.Id, version, asOf, epoch, shipment.View(now, viewer)));
    }
}
