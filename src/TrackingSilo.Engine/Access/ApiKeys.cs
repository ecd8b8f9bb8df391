using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace TrackingSilo.Engine.Access;

/// <summary>
/// Who may call the HTTP interfaces: a carrier's key speaks for that carrier only, an operator's for all. Keeps hashes only, and looks
/// them up by hash, so that neither memory nor timing tells a key.
/// </summary>
public sealed class ApiKeys
{
    /// <summary>The request header that carries a key.</summary>
    public const string Header = "X-Api-Key";

    readonly FrozenDictionary<string, Caller> _callers;

    public ApiKeys(IEnumerable<(string Key, Caller Caller)> keys)
        => _callers = keys.ToFrozenDictionary(entry => Hash(entry.Key), entry => entry.Caller, StringComparer.Ordinal);

    public bool TryFind(string? presented, out Caller caller)
    {
        caller = default;
        return presented is { Length: > 0 and <= 256 } && _callers.TryGetValue(Hash(presented), out caller);
    }

    static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <summary>The holder of an API key.</summary>
/// <param name="Carrier">The carrier that it speaks for; null: none, or an operator.</param>
/// <param name="Merchant">The merchant that it belongs to, which sees its own shipments and speaks for no carrier; null: none.</param>
public readonly record struct Caller(string? Carrier, string? Merchant = null)
{
    public bool IsOperator => Carrier is null && Merchant is null;

    public bool SpeaksFor(string carrier) => IsOperator || string.Equals(Carrier, carrier, StringComparison.Ordinal);

    /// <summary>Whether it may read about a shipment of this carrier and merchant.</summary>
    public bool MaySee(string carrier, string? merchant) => SpeaksFor(carrier) || (Merchant is not null && string.Equals(Merchant, merchant, StringComparison.Ordinal));
}
