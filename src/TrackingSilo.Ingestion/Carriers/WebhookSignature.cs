using System.Security.Cryptography;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>How a carrier proves that a payload is its own: an HMAC of the body under a secret that it shares with us, in a header.</summary>
/// <param name="Prefix">Stands before the value in the header, such as <c>sha256=</c>.</param>
sealed record WebhookSignature(string Header, HashAlgorithmName Algorithm, SignatureEncoding Encoding, string Prefix)
{
    public bool Verifies(ReadOnlySpan<byte> body, string? presented, string secret)
    {
        if (presented is null || !presented.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || presented.Length > 256)
            return false;
        Span<byte> expected = stackalloc byte[SHA512.HashSizeInBytes];
        var length = CryptographicOperations.HmacData(Algorithm, System.Text.Encoding.UTF8.GetBytes(secret), body, expected);
        Span<byte> actual = stackalloc byte[SHA512.HashSizeInBytes];
        return TryDecode(presented.AsSpan(Prefix.Length).Trim(), actual, out var read)
            && CryptographicOperations.FixedTimeEquals(expected[..length], actual[..read]);
    }

    bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
        => Encoding == SignatureEncoding.Hex
            ? Convert.FromHexString(text, bytes, out _, out length) == System.Buffers.OperationStatus.Done
            : Convert.TryFromBase64Chars(text, bytes, out length);
}

enum SignatureEncoding
{
    Hex,
    Base64,
}
