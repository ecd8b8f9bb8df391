using System.Globalization;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation;

/// <summary>Makes up parcels: their numbers, merchants and recipients.</summary>
static class ParcelMaker
{
    static readonly string[] s_merchants = ["Bücherstube Neckar", "Velo Haus", "Kaffeerösterei Luise", "Schuhwerk", "Lichtblick Optik", "Gartenfreund", "Nähkästchen", "Elektro Baumann"];
    static readonly string[] s_services = ["standard", "standard", "standard", "express", "evening"];
    static readonly string[] s_firstNames = ["Anna", "Mehmet", "Luca", "Sofia", "Jonas", "Ayşe", "Paul", "Nina", "Zoë", "Karim"];
    static readonly string[] s_lastNames = ["Weber", "Schäfer", "Yılmaz", "Rossi", "Nowak", "Müller", "Großmann", "Petrov", "Kühn", "O'Neill"];
    static readonly string[] s_locales = ["de-DE", "de-DE", "de-DE", "en-GB", "tr-TR"];

    /// <param name="group">The van's number; parcels of no tour take numbers beyond all vans'.</param>
    public static Parcel Make(City city, CarrierProfile carrier, int day, int group, int index, Spot door, Random random)
    {
        // The day on which the run began stands in the number, so that a later run over the same store meets no parcel of this one.
        var digits = string.Create(CultureInfo.InvariantCulture, $"{city.Date(0):yyMMdd}{day:000}{group:0000}{index:000}");
        var number = carrier.NumberPrefix + digits + CheckDigit(digits);
        if (!ShipmentId.TryCreate(carrier.Slug, number, out var id))
            throw new InvalidOperationException($"{number} is no tracking number.");
        return new Parcel
        {
            Id = id,
            Carrier = carrier,
            Merchant = random.Pick<string>(s_merchants),
            Service = random.Pick<string>(s_services),
            Destination = Town.Place(door),
            Postcode = random.Pick<string>(["68159", "68161", "68163", "68165", "68167"]),
            RecipientName = random.Pick<string>(s_firstNames) + " " + random.Pick<string>(s_lastNames),
            Locale = random.Pick<string>(s_locales),
            Signature = random.Chance(0.2),
        };
    }

    // Modulo 10 with weights 3 and 1, as under a GS1 bar code.
    static int CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
            sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 3 : 1);
        return (10 - (sum % 10)) % 10;
    }
}
