using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Time;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>One van's tour along a straight street, sent fix by fix as its time comes: two minutes from door to door, the stay at each included.</summary>
sealed class Drive(TestBroker broker, ClockSchedule clock, string carrier, string vehicle, DateTimeOffset startsAt, int stops)
{
    const double StepMetres = 700;
    const double MetresPerSecond = 8;
    const double LatitudeNorth = 49.4875;
    const double LongitudeWest = 8.44;
    const double MetresPerDegree = 72_300; // of longitude, at this latitude

    static readonly TimeSpan s_fixEvery = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_doorToDoor = TimeSpan.FromMinutes(2);

    /// <summary>When it reaches the last stop.</summary>
    public DateTimeOffset ArrivesAt => startsAt + (s_doorToDoor * (stops - 1)) + TimeSpan.FromSeconds(StepMetres / MetresPerSecond);

    public static GeoPoint PlaceOf(int stop) => PlaceAt((stop + 1) * StepMetres);

    /// <summary>Stands at the last stop for a minute at the end.</summary>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        for (var at = startsAt; at < ArrivesAt + TimeSpan.FromMinutes(1); at += s_fixEvery)
        {
            var wait = clock.ToReal(at) - TimeProvider.System.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, cancellationToken);
            var (metres, moves) = WayAt(at - startsAt);
            await broker.WriteAsync(TestBroker.Topics.Positions, $"{carrier}/{vehicle}", Message.Position(carrier, vehicle, at, PlaceAt(metres), moves ? MetresPerSecond : 0), at);
        }
    }

    // Drives, and stands for the rest of the two minutes.
    (double Metres, bool Moves) WayAt(TimeSpan since)
    {
        var leg = Math.Min((int)(since / s_doorToDoor), stops - 1);
        var driven = (since - (s_doorToDoor * leg)).TotalSeconds * MetresPerSecond;
        return ((leg * StepMetres) + Math.Min(driven, StepMetres), driven < StepMetres);
    }

    static GeoPoint PlaceAt(double metres)
        => GeoPoint.TryCreate(LatitudeNorth, LongitudeWest + (metres / MetresPerDegree), out var place) ? place : throw new ArgumentOutOfRangeException(nameof(metres));
}
