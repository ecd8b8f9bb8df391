using System.Globalization;

namespace TrackingSilo.Push.Pages;

/// <summary>A colour as brands give it, <c>#rrggbb</c>, and how well it reads beside another.</summary>
readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>Contrast that text of ordinary size needs (WCAG 2.2, 1.4.3), with a little to spare for rounding.</summary>
    public const double Readable = 4.6;

    /// <summary>Contrast that a shape needs (WCAG 2.2, 1.4.11).</summary>
    public const double Visible = 3.05;

    public static readonly Colour White = new(255, 255, 255);
    public static readonly Colour Black = new(0, 0, 0);

    public static bool TryParse(string? text, out Colour colour)
    {
        colour = default;
        if (text is not { Length: 7 } || text[0] != '#' || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
            return false;
        colour = new Colour((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return true;
    }

    /// <summary>By WCAG 2.2's definition: 1 (the same) to 21 (black and white).</summary>
    public double ContrastWith(Colour other)
    {
        var (light, dark) = (Luminance, other.Luminance);
        return light > dark ? (light + 0.05) / (dark + 0.05) : (dark + 0.05) / (light + 0.05);
    }

    /// <summary>White or black, whichever reads better on it: one of them always does well enough.</summary>
    public Colour Ink => ContrastWith(White) >= ContrastWith(Black) ? White : Black;

    /// <summary>As quiet as text on it may be.</summary>
    public Colour QuietInk
    {
        get
        {
            var ink = Ink;
            for (var share = 0.72; share < 1; share += 0.02)
            {
                if (Mixed(ink, share).ContrastWith(this) is >= Readable)
                    return Mixed(ink, share);
            }
            return ink;
        }
    }

    /// <summary>With this share of another.</summary>
    public Colour Mixed(Colour other, double share)
        => new(Mix(Red, other.Red, share), Mix(Green, other.Green, share), Mix(Blue, other.Blue, share));

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";

    double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    static double Linear(byte channel)
    {
        var share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }

    static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));
}
