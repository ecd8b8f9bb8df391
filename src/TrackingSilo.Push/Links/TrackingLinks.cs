using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;

namespace TrackingSilo.Push.Links;

/// <summary>
/// Tracking links as capabilities: who holds one may look, nobody can make one up. A link is encrypted and authenticated, so it shows neither tracking number
/// nor name, and a forged one fails by its MAC before anything is looked up.
/// </summary>
/// <remarks>Links live in real time, also where domain time is shifted or scaled: a rehearsal at 1200x must not end them within minutes.</remarks>
public sealed class TrackingLinks(IDataProtectionProvider protection, TimeProvider realTime)
{
    // Format byte, scopes, epoch (4), expiry in minutes since 1970 (4); the rest is the shipment's key in ASCII.
    const byte Format = 1;
    const int HeadLength = 10;

    static readonly SearchValues<char> s_alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    readonly IDataProtector _protector = protection.CreateProtector("TrackingSilo.TrackingLinks");

    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not between a minute and <see cref="Limits.LinkLifetimeMax"/>.</exception>
    public IssuedLink Issue(ShipmentId shipment, int epoch, LinkScopes scopes, TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromMinutes(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, Limits.LinkLifetimeMax);
        var minutes = (uint)((realTime.GetUtcNow() + lifetime).ToUnixTimeSeconds() / 60);

        var payload = new byte[HeadLength + shipment.Value.Length];
        payload[0] = Format;
        payload[1] = (byte)scopes;
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(2), epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(6), minutes);
        Encoding.ASCII.GetBytes(shipment.Value, payload.AsSpan(HeadLength));
        return new IssuedLink(Base64Url.EncodeToString(_protector.Protect(payload)), ExpiresAt(minutes));
    }

    /// <summary>Opens a link from outside. False for everything that is forged, cut, expired or no link at all.</summary>
    public bool TryOpen(string? text, out TrackingLink link)
    {
        link = default;
        return text is { Length: > 0 and <= Limits.LinkMaxCharacters }
            && TryDecode(text, out var sealedBytes)
            && TryUnprotect(sealedBytes, out var payload)
            && TryRead(payload, out link)
            && realTime.GetUtcNow() < link.ExpiresAt;
    }

    static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        // One spelling only: the decoder would also take blanks and padding.
        if (text.AsSpan().ContainsAnyExcept(s_alphabet) || !Base64Url.IsValid(text))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    bool TryUnprotect(byte[] sealedBytes, out byte[] payload)
    {
        try
        {
            payload = _protector.Unprotect(sealedBytes);
            return true;
        }
        catch (CryptographicException)
        {
            // The only way in which data protection says "not mine".
            payload = [];
            return false;
        }
    }

    static bool TryRead(ReadOnlySpan<byte> payload, out TrackingLink link)
    {
        link = default;
        if (payload.Length <= HeadLength || payload[0] != Format
            || !ShipmentId.TryParse(Encoding.ASCII.GetString(payload[HeadLength..]), out var shipment))
            return false;
        link = new TrackingLink(
            shipment,
            BinaryPrimitives.ReadInt32LittleEndian(payload[2..]),
            (LinkScopes)payload[1],
            ExpiresAt(BinaryPrimitives.ReadUInt32LittleEndian(payload[6..])));
        return true;
    }

    static DateTimeOffset ExpiresAt(uint minutes) => DateTimeOffset.FromUnixTimeSeconds(minutes * 60L);
}
