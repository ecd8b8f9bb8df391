namespace TrackingSilo.Push;

/// <summary>Settings under <c>Push</c>.</summary>
public sealed class PushOptions
{
    public const string Section = "Push";

    /// <summary>Where the keys that protect tracking links are kept. Links survive a restart, and are good on every server that shares the folder. Null: the account's default place.</summary>
    public string? KeysFolder { get; set; }

    /// <summary>Address under which visitors reach this server, such as <c>https://track.example</c>; null: the one that the request for a link came to.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>How long a link lives where the request does not say.</summary>
    public int LinkDays { get; set; } = 60;

    /// <summary>A JSON file with the merchants' names, logos, colours and links (see <see cref="Pages.Brands"/>); null: pages look alike.</summary>
    public string? BrandsFile { get; set; }

    /// <summary>Map tiles, such as <c>https://tiles.example/{z}/{x}/{y}.png</c>; null: maps are drawn on plain ground and no third party is asked for anything.</summary>
    public string? TileUrl { get; set; }

    /// <summary>The credit that the tiles' licence asks for.</summary>
    public string? TileAttribution { get; set; }

    /// <summary>Sites that may show the tracking page in a frame, such as <c>https://shop.example</c>. Empty: none.</summary>
    public IList<string> FrameAncestors { get; } = [];

    /// <summary>Reverse proxies, as addresses or networks (<c>10.0.0.0/8</c>), whose <c>X-Forwarded-For</c> and <c>-Proto</c> are believed.</summary>
    public IList<string> TrustedProxies { get; } = [];
}
