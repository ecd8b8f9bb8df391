using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;

namespace TrackingSilo.Server.Queries;

/// <summary>What a search asks for; what is left out fits any.</summary>
/// <param name="After">What the part before gave as <c>next</c>.</param>
sealed record ShipmentSearch(string? Carrier, string? Merchant, string? Status, string? Punctuality, string? After, int? Limit)
{
    /// <summary>What is wrong with it, in words; null: nothing.</summary>
    public string? WhyNot()
    {
        if (Carrier is not null && !ShipmentId.TryCreate(Carrier, "0", out _))
            return "carrier must be a slug of a-z, 0-9 and '-'.";
        if (Status is not null && !TryRead<ShipmentStatus>(Status, out _))
            return $"status must be one of {string.Join(", ", Enum.GetNames<ShipmentStatus>())}.";
        if (Punctuality is not null && !TryRead<Punctuality>(Punctuality, out _))
            return $"punctuality must be one of {string.Join(", ", Enum.GetNames<Punctuality>())}.";
        if (After is not null && !ShipmentId.TryParse(After, out _))
            return "after must be what 'next' gave.";
        return Limit is < 1 or > Limits.SearchMatchesMax ? $"limit must lie between 1 and {Limits.SearchMatchesMax}." : null;
    }

    public async Task<SearchAnswer> RunAsync(Caller caller, ShipmentPages pages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var matches = new List<ShipmentMatch>();
        // Keys begin with the carrier: a search for one looks at its shipments only.
        var prefix = (caller.Carrier ?? Carrier) is { } carrier ? carrier + "/" : "";
        var after = After is not null && string.CompareOrdinal(After, prefix) > 0 ? After : prefix;
        for (var seen = 0; seen < Limits.SearchShipmentsMax; seen += Limits.QueryPage)
        {
            var (shipments, next) = await pages.NextAsync(after, cancellationToken);
            foreach (var shipment in shipments)
            {
                if (!shipment.Id.Value.StartsWith(prefix, StringComparison.Ordinal))
                    return new SearchAnswer(matches, null);
                if (MatchOf(shipment, caller, now) is { } match)
                    matches.Add(match);
                if (matches.Count == (Limit ?? Limits.SearchMatchesMax))
                    return new SearchAnswer(matches, shipment.Id.Value);
            }
            if (next is null)
                return new SearchAnswer(matches, null);
            after = next;
        }
        return new SearchAnswer(matches, after);
    }

    ShipmentMatch? MatchOf(Shipment shipment, Caller caller, DateTimeOffset now)
    {
        var merchant = shipment.Registration.Merchant?.Value;
        var standing = shipment.Standing;
        if (!caller.MaySee(shipment.Id.Carrier, merchant)
            || (Carrier is not null && shipment.Id.Carrier != Carrier)
            || (Merchant is not null && merchant != Merchant)
            || (Status is not null && (!TryRead<ShipmentStatus>(Status, out var status) || standing.Status != status)))
        {
            return null;
        }
        var punctuality = ShipmentTimes.PunctualityOf(shipment, now);
        if (Punctuality is not null && (!TryRead<Punctuality>(Punctuality, out var wanted) || punctuality != wanted))
            return null;
        return new ShipmentMatch(
            shipment.Id.Value, merchant, standing.Status, punctuality, ShipmentTimes.ReasonOf(shipment, punctuality), standing.Because?.OccurredAt, shipment.Registration.Promise?.Value.By);
    }

    static bool TryRead<T>(string text, out T value)
        where T : struct, Enum
        => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]);
}

sealed record SearchAnswer(IReadOnlyList<ShipmentMatch> Shipments, string? Next);

sealed record ShipmentMatch(
    string Id, string? Merchant, ShipmentStatus Status, Punctuality Punctuality, Reason Reason, DateTimeOffset? StatusSince, DateTimeOffset? PromisedBy);
