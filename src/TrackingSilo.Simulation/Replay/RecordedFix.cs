using System.Globalization;
using System.Text.Json;
using NodaTime;
using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Simulation.Replay;

/// <summary>One row of recorded positions. What could not be read is kept as it was written: it is sent so, and must be refused.</summary>
sealed record RecordedFix
{
    public required Instant RecordedAt { get; init; }

    /// <summary>Null: the row's instant is none.</summary>
    public required Instant? At { get; init; }

    /// <summary>Null: its identity is none.</summary>
    public required VehicleId? Vehicle { get; init; }

    /// <summary>Null: its coordinates are none.</summary>
    public required GeoPoint? Place { get; init; }

    public required float Speed { get; init; }
    public required float Heading { get; init; }
    public required string Trip { get; init; }
    public required string Route { get; init; }
    public required string Pattern { get; init; }

    /// <summary>NaN: unknown.</summary>
    public required double DistanceMetres { get; init; }

    /// <summary>When its trip is planned to begin; null: not said.</summary>
    public Instant? Start { get; init; }

    /// <summary>The values as they stand in the row, where one of them could not be read.</summary>
    public string[]? Raw { get; init; }

    public bool IsWhole => Raw is null;

    /// <summary>The same, whole weeks later at the same local time of day.</summary>
    public RecordedFix Later(int weeks, DateTimeZone zone)
    {
        return this with { RecordedAt = Put(RecordedAt), At = At is { } at ? Put(at) : null, Start = Start is { } start ? Put(start) : null };

        Instant Put(Instant instant) => zone.AtLeniently(instant.InZone(zone).LocalDateTime.PlusWeeks(weeks)).ToInstant();
    }

    public SimulatedMessage ToMessage(ReplayDescription description)
    {
        var sendAt = RecordedAt.ToDateTimeOffset();
        if (IsWhole)
        {
            var at = At!.Value.InZone(description.Zone).ToDateTimeOffset();
            var fix = new Fix { Place = Place!.Value, At = at, SpeedMetresPerSecond = Speed, HeadingDegrees = Heading };
            return new SimulatedMessage(sendAt, MessageTopic.Positions, Vehicle!.Value.Value, Wire.Position(Vehicle.Value, fix), new FixFact(Vehicle.Value, at));
        }
        return new SimulatedMessage(sendAt, MessageTopic.Positions, description.Carrier + "/" + Raw![0], Broken(description), new RefusedFact(Reason()));
    }

    string Reason()
        => Vehicle is null ? Raw![0].Trim().Length == 0 ? "missing-property" : "bad-identity"
            : At is null ? Raw![1].Length == 0 ? "missing-property" : "bad-instant"
            : "bad-value";

    byte[] Broken(ReplayDescription description) => Wire.Object(json =>
    {
        json.WriteString("carrier", description.Carrier);
        json.WriteString("vehicle", Raw![0]);
        if (At is { } at)
            json.Instant("at", at.InZone(description.Zone).ToDateTimeOffset());
        else if (Raw[1].Length > 0)
            json.WriteString("at", Raw[1]);
        Number(json, "latitude", Raw[2]);
        Number(json, "longitude", Raw[3]);
    });

    // A number if it is one, however wrong; else the text.
    static void Number(Utf8JsonWriter json, string name, string raw)
    {
        if (double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, raw);
    }
}
