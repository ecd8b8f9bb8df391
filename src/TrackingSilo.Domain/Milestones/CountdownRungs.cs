using System.Collections.Frozen;
using System.Collections.Immutable;

namespace TrackingSilo.Domain.Milestones;

/// <summary>What a rung of the countdown is measured in.</summary>
public enum RungMeasure : byte
{
    Stops,
    Minutes,

    /// <summary>The vehicle has entered the circle around the destination.</summary>
    Nearby,
}

/// <summary>One rung: its milestone is due when the vehicle has come within so many.</summary>
/// <param name="Name">As settings spell it.</param>
public sealed record CountdownRung(string Name, MilestoneKind Kind, RungMeasure Measure, int Within);

/// <summary>
/// The one ladder of eight rungs, and which of them each merchant's recipients are told of. Immutable. Several rungs of one measure that are reached at once tell the nearest only; the others
/// count as missed.
/// </summary>
public sealed class CountdownRungs
{
    /// <summary>All there are, of each measure the farthest first.</summary>
    public static readonly ImmutableArray<CountdownRung> All =
    [
        new("10stops", MilestoneKind.TenStopsAway, RungMeasure.Stops, 10),
        new("3stops", MilestoneKind.ThreeStopsAway, RungMeasure.Stops, 3),
        new("60minutes", MilestoneKind.SixtyMinutesAway, RungMeasure.Minutes, 60),
        new("30minutes", MilestoneKind.ThirtyMinutesAway, RungMeasure.Minutes, 30),
        new("20minutes", MilestoneKind.TwentyMinutesAway, RungMeasure.Minutes, 20),
        new("10minutes", MilestoneKind.TenMinutesAway, RungMeasure.Minutes, 10),
        new("5minutes", MilestoneKind.FiveMinutesAway, RungMeasure.Minutes, 5),
        new("nearby", MilestoneKind.Nearby, RungMeasure.Nearby, 0),
    ];

    /// <summary>For merchants that have chosen none: few enough not to annoy, near enough to be ready.</summary>
    public static readonly ImmutableArray<CountdownRung> Usual = [.. All.Where(rung => rung.Name is "10stops" or "3stops" or "30minutes" or "10minutes" or "nearby")];

    /// <summary>Nobody has chosen.</summary>
    public static readonly CountdownRungs Default = new(new Dictionary<string, ImmutableArray<CountdownRung>>());

    readonly FrozenDictionary<string, ImmutableArray<CountdownRung>> _byMerchant;

    /// <param name="byMerchant">Each merchant's rungs, in the order of <see cref="All"/>; none at all is a choice, too.</param>
    public CountdownRungs(IReadOnlyDictionary<string, ImmutableArray<CountdownRung>> byMerchant)
        => _byMerchant = byMerchant.ToFrozenDictionary(StringComparer.Ordinal);

    public ImmutableArray<CountdownRung> For(string? merchant) => merchant is not null && _byMerchant.TryGetValue(merchant, out var chosen) ? chosen : Usual;

    /// <summary>Reads names of rungs, in whatever order; false where one is unknown.</summary>
    public static bool TryParse(IReadOnlyCollection<string> names, out ImmutableArray<CountdownRung> rungs)
    {
        rungs = [.. All.Where(rung => names.Contains(rung.Name, StringComparer.OrdinalIgnoreCase))];
        return names.All(name => All.Any(rung => string.Equals(rung.Name, name, StringComparison.OrdinalIgnoreCase)));
    }
}
