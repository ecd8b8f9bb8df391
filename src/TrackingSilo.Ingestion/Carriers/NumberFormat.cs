using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>
/// One form of a carrier's tracking numbers: a pattern over the whole number (blanks removed, upper case) with the groups <c>serial</c> and, where there is one, <c>check</c>,
/// and how the check digit follows from the serial.
/// </summary>
sealed record NumberFormat
{
    public required string Name { get; init; }
    public required Regex Pattern { get; init; }
    public CheckDigit Check { get; init; }

    /// <summary>For <see cref="CheckDigit.Mod10"/> and <see cref="CheckDigit.FromRight"/>: what digits at even (0, 2, …) and at odd places from that side count.</summary>
    public int Evens { get; init; } = 1;

    /// <inheritdoc cref="Evens"/>
    public int Odds { get; init; } = 1;

    /// <summary>For <see cref="CheckDigit.Weighted"/> and <see cref="CheckDigit.S10"/>.</summary>
    public IReadOnlyList<int> Weights { get; init; } = [];

    /// <summary>Put before the serial for the check where it does not begin so.</summary>
    public (string Text, Regex Unless)? Prefix { get; init; }

    /// <summary>Values that the group <c>country</c> may have; null: any.</summary>
    public FrozenSet<string>? Countries { get; init; }

    public bool Fits(string number)
    {
        var match = Pattern.Match(number);
        if (!match.Success || (Countries is not null && !Countries.Contains(match.Groups["country"].Value)))
            return false;
        var serial = match.Groups["serial"].Value;
        if (Prefix is { } prefix && !prefix.Unless.IsMatch(serial))
            serial = prefix.Text + serial;
        return Check == CheckDigit.None || (match.Groups["check"].Value is [var digit] && digit == Expected(serial));
    }

    char? Expected(string serial) => Check switch
    {
        CheckDigit.Mod10 => Digit((10 - (Sum(serial, i => i % 2 == 0 ? Evens : Odds) % 10)) % 10),
        CheckDigit.FromRight => Digit((10 - (Sum(serial, i => (serial.Length - 1 - i) % 2 == 0 ? Evens : Odds) % 10)) % 10),
        CheckDigit.Mod7 => Digit(Remainder(serial, 7)),
        CheckDigit.Luhn => Digit((10 - (LuhnSum(serial) % 10)) % 10),
        CheckDigit.S10 => (11 - (Sum(serial, Weight) % 11)) switch { 10 => '0', 11 => '5', var digit => Digit(digit) },
        CheckDigit.Weighted => Digit(Sum(serial, Weight) % 11 % 10),
        CheckDigit.Mod37 => Mod37(serial),
        _ => throw new InvalidOperationException($"No check '{Check}'."),
    };

    int Weight(int place) => Weights[place];

    static char Digit(int value) => (char)('0' + value);

    // A letter counts (its place in the alphabet + 1) modulo 10: A is 2, I is 0 (UPS).
    static int Value(char c) => char.IsAsciiDigit(c) ? c - '0' : (c - 'A' + 2) % 10;

    static int Sum(string serial, Func<int, int> weight)
    {
        var sum = 0;
        for (var i = 0; i < serial.Length; i++)
            sum += Value(serial[i]) * weight(i);
        return sum;
    }

    static int Remainder(string serial, int modulus)
    {
        var remainder = 0;
        foreach (var c in serial)
            remainder = ((remainder * 10) + (c - '0')) % modulus;
        return remainder;
    }

    // ISO/IEC 7812-1, annex B: from the right, every other digit doubled, beginning with the last.
    static int LuhnSum(string serial)
    {
        var sum = 0;
        for (var i = 0; i < serial.Length; i++)
        {
            var value = serial[^(i + 1)] - '0';
            sum += i % 2 > 0 ? value : value > 4 ? (value * 2) - 9 : value * 2;
        }
        return sum;
    }

    // ISO/IEC 7064, MOD 37,36.
    static char Mod37(string serial)
    {
        const string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var product = 36;
        foreach (var c in serial)
        {
            var sum = (product + alphabet.IndexOf(c, StringComparison.Ordinal)) % 36;
            product = (sum == 0 ? 36 : sum) * 2 % 37;
        }
        return alphabet[(37 - product) % 36];
    }
}

enum CheckDigit
{
    None,

    /// <summary>Weighted sum to the next ten, places counted from the left.</summary>
    Mod10,

    /// <summary>Weighted sum to the next ten, places counted from the right.</summary>
    FromRight,

    /// <summary>The serial as one number, modulo 7.</summary>
    Mod7,
    Luhn,

    /// <summary>UPU S10: weighted sum modulo 11 from 11, with 10 as 0 and 11 as 5.</summary>
    S10,

    /// <summary>Weighted sum modulo 11 modulo 10 (FedEx).</summary>
    Weighted,

    /// <summary>ISO/IEC 7064, MOD 37,36 (DPD).</summary>
    Mod37,
}
