using System.Globalization;
using System.Text;

namespace TrackingSilo.LoadTests.Latency;

/// <summary>
/// Vans that drive in circles, each ahead of a tour whose sixth door is the followed one: so each report moves something that its viewer sees, and nobody ever arrives.
/// </summary>
static class Town
{
    public const string Carrier = "load";
    const int Stops = 12;
    const int FollowedStop = 5;
    const double RadiusMetres = 300;
    const double MetresPerSecond = 10;
    const double MetresPerDegree = 111_320;
    const double Latitude = 59.9;
    static readonly double s_longitudeScale = MetresPerDegree * Math.Cos(Latitude * Math.PI / 180);

    public static string ShipmentKey(int van) => string.Create(CultureInfo.InvariantCulture, $"{Carrier}/P{van:00000}");

    public static string VehicleKey(int van) => string.Create(CultureInfo.InvariantCulture, $"{Carrier}/VAN-{van:00000}");

    public static byte[] Registration(int van, DateTimeOffset now)
    {
        var (latitude, longitude) = PlaceOfStop(van, FollowedStop);
        return Json($$"""
            {"carrier":"{{Carrier}}","trackingNumber":"P{{van:00000}}","merchant":"Nordlys","promisedBy":"{{Text(now.AddHours(6))}}","changedAt":"{{Text(now)}}",
             "destination":{"latitude":{{latitude}},"longitude":{{longitude}},"city":"Oslo","country":"NO","timeZone":"Europe/Oslo"},"recipient":{"name":"N. N.","locale":"nb-NO"} }
            """);
    }

    public static IEnumerable<byte[]> Scans(int van, DateTimeOffset now)
    {
        string[] story = ["registered", "pickedUp", "arrivedAtFacility", "departedFacility", "arrivedAtFacility", "outForDelivery"];
        for (var i = 0; i < story.Length; i++)
            yield return Json($$"""
                {"eventId":"e{{i}}","carrier":"{{Carrier}}","trackingNumber":"P{{van:00000}}","event":"{{story[i]}}","occurredAt":"{{Text(now.AddHours(i - story.Length))}}",
                 "location":{"city":"Oslo","country":"NO"},"vehicle":{{(i == story.Length - 1 ? $"\"VAN-{van:00000}\"" : "null")}} }
                """);
    }

    public static byte[] Manifest(int van)
    {
        var stops = Enumerable.Range(0, Stops).Select(stop =>
        {
            var (latitude, longitude) = PlaceOfStop(van, stop);
            var shipments = stop == FollowedStop ? $"\"{ShipmentKey(van)}\"" : "";
            return string.Create(CultureInfo.InvariantCulture, $$"""{"stopId":"S{{stop}}","latitude":{{latitude}},"longitude":{{longitude}},"shipments":[{{shipments}}]}""");
        });
        return Json($$"""{"carrier":"{{Carrier}}","vehicle":"VAN-{{van:00000}}","version":1,"stops":[{{string.Join(',', stops)}}]}""");
    }

    /// <summary>A report whose <c>at</c> stands where <see cref="AtOf"/> finds it.</summary>
    public static byte[] Position(int van, long atMs)
    {
        var (latitude, longitude) = PlaceAt(van, atMs / 1000.0);
        return Json($$"""{"at":"{{Text(DateTimeOffset.FromUnixTimeMilliseconds(atMs))}}","carrier":"{{Carrier}}","vehicle":"VAN-{{van:00000}}","latitude":{{latitude:0.000000}},"longitude":{{longitude:0.000000}},"accuracyMetres":5,"speedMetresPerSecond":10}""");
    }

    /// <summary>The moment that a report was planned for, in Unix milliseconds.</summary>
    public static long AtOf(ReadOnlySpan<byte> position) => MillisecondsOf(position[7..31]);

    /// <summary>Of an instant such as <c>2026-03-17T09:20:05.123</c> in UTC, with or without its fraction.</summary>
    public static long MillisecondsOf(ReadOnlySpan<byte> instant)
    {
        var day = new DateTime(Number(instant[..4]), Number(instant[5..7]), Number(instant[8..10]), Number(instant[11..13]), Number(instant[14..16]), Number(instant[17..19]), DateTimeKind.Utc);
        var milliseconds = 0;
        if (instant.Length > 19 && instant[19] == (byte)'.')
        {
            for (int i = 20, scale = 100; scale > 0; i++, scale /= 10)
            {
                if (i >= instant.Length || !char.IsAsciiDigit((char)instant[i]))
                    break;
                milliseconds += (instant[i] - '0') * scale;
            }
        }
        return new DateTimeOffset(day).ToUnixTimeMilliseconds() + milliseconds;
    }

    static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + digit - '0';
        return number;
    }

    // Districts of five kilometres, so that vans do not share a street.
    static (double Latitude, double Longitude) HomeOf(int van) => (Latitude - 2 + (van % 80 * 0.05), 10 + (van / 80 * 0.05));

    static (double Latitude, double Longitude) PlaceOfStop(int van, int stop)
    {
        var (latitude, longitude) = HomeOf(van);
        return (Math.Round(latitude + ((4_000 + (stop * 400)) / MetresPerDegree), 6), Math.Round(longitude, 6));
    }

    static (double Latitude, double Longitude) PlaceAt(int van, double seconds)
    {
        var (latitude, longitude) = HomeOf(van);
        var angle = (seconds * MetresPerSecond / RadiusMetres) + van;
        return (latitude + (RadiusMetres * Math.Sin(angle) / MetresPerDegree), longitude + (RadiusMetres * Math.Cos(angle) / s_longitudeScale));
    }

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static byte[] Json(FormattableString json) => Encoding.UTF8.GetBytes(json.ToString(CultureInfo.InvariantCulture));
}
