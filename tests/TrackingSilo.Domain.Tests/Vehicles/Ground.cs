using System.Collections.Immutable;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

/// <summary>A flat piece of Wisconsin with a clock, in metres and seconds from one corner.</summary>
static class Ground
{
    static readonly GeoPoint Corner = GeoPoint.Create(43, -89);

    public static readonly DateTimeOffset Noon = new(2025, 9, 12, 12, 0, 0, TimeSpan.Zero);

    public static GeoPoint At(double east, double north)
        => GeoPoint.Create(
            Corner.Latitude + (north / GeoPoint.MetresPerDegree),
            Corner.Longitude + (east / (GeoPoint.MetresPerDegree * Math.Cos(Corner.Latitude * Math.PI / 180))));

    public static Fix Fix(double second, double east, double north = 0, float accuracy = 10, float speed = float.NaN, long sequence = -1)
        => new() { At = Noon.AddSeconds(second), Place = At(east, north), AccuracyMetres = accuracy, SpeedMetresPerSecond = speed, Sequence = sequence };

    public static Manifest Manifest(int? serviceSeconds, params (double East, double North)[] stops)
        => new()
        {
            Version = 1,
            RecordTime = Noon,
            Stops = [.. stops.Select((stop, i) => new ManifestStop { StopId = $"S{i}", Place = At(stop.East, stop.North), ServiceSeconds = serviceSeconds })],
        };

    /// <summary>Stops in a straight line to the east.</summary>
    public static RoutePlan Street(int stops, double spacing, int? serviceSeconds = null)
        => RoutePlan.From(Manifest(serviceSeconds, [.. Enumerable.Range(0, stops).Select(i => (i * spacing, 0.0))]));
}
