using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Shipments;

/// <summary>Identity of scans by content, the same on every machine and in every run.</summary>
public static class ScanIdentity
{
    /// <summary>An id for a scan whose carrier gave none: a hash of code or event, instant and place, so that a double finds its twin.</summary>
    public static string Derive(ScanEvent scanEvent, string? code, DateTimeOffset occurredAt, ScanLocation? location, string? retracts)
        => "#" + Hash(
            [code ?? scanEvent.ToString(), Instant(occurredAt), location?.Facility, location?.City, location?.Country, location?.Place?.ToString(), retracts])[..22];

    /// <summary>A hash of all that a scan says. Of two scans under one id the one with the greater hash wins, whatever came first.</summary>
    public static string ContentHash(Scan scan)
        => Hash(
        [
            scan.Id, scan.Event.ToString(), scan.Code, Instant(scan.OccurredAt), scan.OccurredAt.Offset.ToString(),
            scan.Location?.Facility, scan.Location?.City, scan.Location?.Country, Exact(scan.Location?.Place),
            scan.Description, scan.Vehicle?.Value, scan.Proof?.Name, scan.Proof?.Signature, scan.Proof?.Photo,
            Exact(scan.Proof?.Place), scan.Retracts, scan.Reason == Reason.None ? null : scan.Reason.ToString(), scan.Confirms, scan.Declines,
        ]);

    /// <summary>All digits, where <see cref="GeoPoint.ToString"/> shows six: two places that differ at all read differently.</summary>
    internal static string? Exact(GeoPoint? place)
        => place is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.Latitude:R},{known.Longitude:R}") : null;

    static string Instant(DateTimeOffset at) => at.UtcTicks.ToString(CultureInfo.InvariantCulture);

    static string Hash(ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            // Length before text, and −1 for a missing one, so that no two different lists read the same.
            hash.AppendData(BitConverter.GetBytes(part?.Length ?? -1));
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }
        return Convert.ToBase64String(hash.GetHashAndReset()).Replace('+', '-').Replace('/', '_');
    }
}
