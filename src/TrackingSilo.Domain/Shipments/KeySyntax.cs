namespace TrackingSilo.Domain.Shipments;

/// <summary>The one spelling of keys, <c>carrier/NUMBER</c>, that shipments and vehicles share.</summary>
static class KeySyntax
{
    const int CarrierMax = 32;
    const int NumberMax = 64;

    /// <summary>
    /// Carrier: a slug <c>[a-z0-9-]{1,32}</c>. Number: blanks at the ends and inside removed, upper case, 1 to 64 characters of
    /// printable ASCII.
    /// </summary>
    public static bool TryNormalise(ReadOnlySpan<char> carrier, ReadOnlySpan<char> number, out string key)
    {
        key = "";
        if (carrier.Length is 0 or > CarrierMax || carrier.ContainsAnyExcept(SlugCharacters))
            return false;
        Span<char> buffer = stackalloc char[CarrierMax + 1 + NumberMax];
        carrier.CopyTo(buffer);
        buffer[carrier.Length] = '/';
        var length = carrier.Length + 1;
        foreach (var c in number)
        {
            if (c is ' ' or '\t')
                continue;
            if (c is < '!' or > '~' || length == carrier.Length + 1 + NumberMax)
                return false;
            buffer[length++] = char.ToUpperInvariant(c);
        }
        if (length == carrier.Length + 1)
            return false;
        key = new string(buffer[..length]);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<char> value, out string key)
    {
        var slash = value.IndexOf('/');
        key = "";
        return slash > 0 && TryNormalise(value[..slash], value[(slash + 1)..], out key);
    }

    static readonly System.Buffers.SearchValues<char> SlugCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
