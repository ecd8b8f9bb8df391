using System.Collections.Immutable;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Simulation;

/// <summary>Something that carriers might send: a made-up city, or recorded data.</summary>
public interface IMessageSource
{
    string Name { get; }

    /// <summary>When the clock starts. Messages from before are history: sent at once, with their own earlier times.</summary>
    DateTimeOffset StartsAt { get; }

    /// <summary>Where it happens.</summary>
    TimeZoneInfo Zone { get; }

    /// <summary>Spans in which nothing is sent.</summary>
    ImmutableArray<ClockSkip> Skips { get; }

    /// <summary>Everything that is sent, in order of sending.</summary>
    IEnumerable<SimulatedMessage> Messages();

    /// <summary>All carriers that speak.</summary>
    IReadOnlyList<string> Carriers { get; }

    /// <summary>GeoJSON of the fixed fences; null: none.</summary>
    string? Fences { get; }

    /// <summary>Shipments on whose pages something happens after <paramref name="from"/>, the next ones first.</summary>
    IReadOnlyList<ShipmentId> WorthWatching(int count, DateTimeOffset from);
}
