using System.Collections.Immutable;
using NodaTime;

namespace TrackingSilo.Simulation.Replay;

/// <summary>How recorded data in a folder is to be read, and what is made of it.</summary>
public sealed record ReplayDescription
{
    public required string Name { get; init; }

    /// <summary>Slug of the carrier whose vehicles these are.</summary>
    public required string Carrier { get; init; }

    /// <summary>Of times without an offset, and of the parcels' destinations.</summary>
    public required DateTimeZone Zone { get; init; }

    public required string City { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    public required PositionsDescription Positions { get; init; }

    /// <summary>Null: vehicles have no stops, and there are no parcels.</summary>
    public PatternsDescription? Patterns { get; init; }

    public ParcelsDescription Parcels { get; init; } = new();

    /// <summary>Longer silences than this are leapt over.</summary>
    public Duration LongestGap { get; init; } = Duration.FromHours(1);

    /// <summary>True arrivals, to score estimates against; not played. Null: there are none.</summary>
    public TruthDescription? Truth { get; init; }

    /// <summary>The files that must be in a folder for this description to fit it.</summary>
    public IEnumerable<string> Files => Patterns is null ? [Positions.File] : [Positions.File, Patterns.File];
}

/// <summary>A CSV file (also <c>.gz</c>) with one fix a row, and the names of its columns; null: it has none such.</summary>
public sealed record PositionsDescription
{
    public required string File { get; init; }
    public required string Vehicle { get; init; }
    public required string Latitude { get; init; }
    public required string Longitude { get; init; }

    /// <summary>When the device took the fix.</summary>
    public required string At { get; init; }

    public required TimeFormat AtFormat { get; init; }

    /// <summary>When the record was made: decides the order, and is the time of the record in the log.</summary>
    public required string RecordedAt { get; init; }

    /// <summary>
    /// What <see cref="At"/> is cut down to: one that is known to the minute may be up to a minute later than it says. It is taken for the newest instant that it can be, no later than its record.
    /// </summary>
    public Duration AtPrecision { get; init; } = Duration.Zero;

    public required TimeFormat RecordedAtFormat { get; init; }
    public string? Speed { get; init; }

    /// <summary>Metres a second in one unit of the column.</summary>
    public double SpeedUnit { get; init; } = 1;

    /// <summary>Degrees clockwise from north.</summary>
    public string? Heading { get; init; }

    /// <summary>What the vehicle is on: a change of it is a new manifest.</summary>
    public string? Trip { get; init; }

    public string? Route { get; init; }

    /// <summary>Id of the pattern that the vehicle follows.</summary>
    public string? Pattern { get; init; }

    /// <summary>When its trip is planned to begin, in seconds after a local midnight.</summary>
    public string? Start { get; init; }

    /// <summary>How far along its pattern it is.</summary>
    public string? Distance { get; init; }

    /// <summary>Metres in one unit of the column.</summary>
    public double DistanceUnit { get; init; } = 1;

    public ImmutableArray<RowFilter> Filters { get; init; } = [];
}

/// <summary>A CSV file (also <c>.gz</c>) with one question a row: when does this vehicle reach this stop, what did the feed say, and what became of it.</summary>
public sealed record TruthDescription
{
    public required string File { get; init; }
    public required string Vehicle { get; init; }
    public required string Stop { get; init; }

    /// <summary>When it was asked. An estimate may use what was recorded before.</summary>
    public required string AskedAt { get; init; }

    public required TimeFormat AskedAtFormat { get; init; }

    /// <summary>When the vehicle came.</summary>
    public required string ArrivedAt { get; init; }

    public required TimeFormat ArrivedAtFormat { get; init; }

    /// <summary>How far away along its way the stop was, which tells visits apart where a way comes to one stop twice; null: the first that lies ahead is meant.</summary>
    public string? Distance { get; init; }

    /// <summary>Metres in one unit of the column.</summary>
    public double DistanceUnit { get; init; } = 1;

    /// <summary>The feed's own prediction, made when it was asked; null: it made none.</summary>
    public string? Predicted { get; init; }

    public TimeFormat? PredictedFormat { get; init; }
}

/// <summary>Only rows whose column has (or, negated, has not) one of these values are played.</summary>
public sealed record RowFilter(string Column, bool Negated, ImmutableHashSet<string> Values);

/// <summary>A JSON file (also <c>.gz</c>) with the ways that vehicles take and the stops along them.</summary>
public sealed record PatternsDescription
{
    public required string File { get; init; }

    /// <summary>Where the patterns are: names from the outside in, <c>*</c> for any, <c>{route}</c> for any that is the route's name.</summary>
    public required ImmutableArray<string> Items { get; init; }

    public required string Id { get; init; }

    /// <summary>The list of points; the properties below are of a point.</summary>
    public required string Points { get; init; }

    public required string Latitude { get; init; }
    public required string Longitude { get; init; }

    /// <summary>The stop's id; a point without it only shapes the way.</summary>
    public required string Stop { get; init; }
}

/// <summary>The parcels that are made up for the stops of a trip.</summary>
public sealed record ParcelsDescription
{
    /// <summary>At a stop that has any.</summary>
    public int Least { get; init; } = 1;

    public int Most { get; init; } = 3;

    /// <summary>Percentage of stops that have any: a day of buses has more stops than a day of vans.</summary>
    public int PercentOfStops { get; init; } = 100;
}

/// <summary>The data or its description is not as it must be; the message names file and line.</summary>
public sealed class ReplayException(string message) : Exception(message);
