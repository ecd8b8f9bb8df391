using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using TrackingSilo.Engine;

namespace TrackingSilo.Push.Pages;

/// <summary>How a merchant's tracking pages look.</summary>
/// <param name="Style">Name of its style sheet, under <see cref="Brands.Path"/>.</param>
/// <param name="Logo">Name of its picture; null: the name is written.</param>
/// <param name="Links">Where help is to be had: text by language, and address.</param>
sealed record Brand(string Name, string Style, string? Logo, IReadOnlyList<(IReadOnlyDictionary<string, string> Text, Uri Address)> Links)
{
    public static string TextIn(string language, IReadOnlyDictionary<string, string> texts)
        => texts.GetValueOrDefault(language) ?? texts.GetValueOrDefault("en") ?? texts.Values.First();
}

/// <summary>
/// The merchants' brands, from the file that <c>Push:BrandsFile</c> names: a JSON object by merchant, as registrations spell it, <c>*</c> for all others; pictures lie beside the file. Read once,
/// at the start, and refused whole with a sentence where something in it will not do. What a brand may not do is make a page unreadable: its text colours are worked out here.
/// </summary>
sealed class Brands
{
    const string Everybody = "*";

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    static readonly FrozenDictionary<string, string> s_pictures = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = "image/svg+xml", [".png"] = "image/png", [".webp"] = "image/webp",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    readonly Dictionary<string, Brand> _byMerchant = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, (byte[] Content, string Type)> _files = new(StringComparer.Ordinal);

    public Brands(IOptions<PushOptions> options)
    {
        if (options.Value.BrandsFile is not { Length: > 0 } file)
            return;
        try
        {
            var brands = JsonSerializer.Deserialize<Dictionary<string, Written>>(File.ReadAllBytes(file), s_json) ?? [];
            foreach (var (merchant, written) in brands)
                _byMerchant.Add(merchant, Read(merchant, written, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!));
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"Push:BrandsFile {file} cannot be used: {failure.Message}", failure);
        }
    }

    public Brand? Of(string? merchant)
        => (merchant is null ? null : _byMerchant.GetValueOrDefault(merchant)) ?? _byMerchant.GetValueOrDefault(Everybody);

    /// <summary>Path of all files of brands as a page of this request has to name it.</summary>
    public static string Path(HttpRequest request) => $"{request.PathBase}/brands";

    /// <summary>A style sheet or a picture; its name holds a hash over it, so it may be kept for good.</summary>
    public IResult Serve(HttpContext context, string name)
    {
        if (!_files.TryGetValue(name, out var file))
            return Results.NotFound();
        context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=31536000, immutable";
        context.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        // A picture opened by itself must not become a page of ours.
        context.Response.Headers[HeaderNames.ContentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        return Results.Bytes(file.Content, file.Type);
    }

    Brand Read(string merchant, Written written, string folder)
    {
        if (written.Name is not { Length: > 0 and <= Limits.TextMaxCharacters } name)
            throw new FormatException($"'{merchant}' needs a name.");
        var band = Parse(merchant, "colour", written.Colour) ?? throw new FormatException($"'{merchant}' needs a colour.");
        var accent = Parse(merchant, "accent", written.Accent);
        return new Brand(name, Keep(Encoding.UTF8.GetBytes(StyleOf(band, accent)), ".css", "text/css; charset=utf-8"), Picture(merchant, written.Logo, folder), [.. (written.Links ?? []).Select(link => Link(merchant, link))]);
    }

    string? Picture(string merchant, string? logo, string folder)
    {
        if (logo is null)
            return null;
        // A name, not a path: the file says which picture, not where else to look.
        if (logo != System.IO.Path.GetFileName(logo) || !s_pictures.TryGetValue(System.IO.Path.GetExtension(logo), out var type))
            throw new FormatException($"The logo of '{merchant}' must be the name of an .svg, .png or .webp file beside this one.");
        var content = File.ReadAllBytes(System.IO.Path.Combine(folder, logo));
        return content.Length <= Limits.BrandLogoMaxBytes
            ? Keep(content, System.IO.Path.GetExtension(logo).ToLowerInvariant(), type)
            : throw new FormatException($"The logo of '{merchant}' has {content.Length} bytes; at most {Limits.BrandLogoMaxBytes} may be sent to telephones.");
    }

    string Keep(byte[] content, string extension, string type)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(content))[..16] + extension;
        _files[name] = (content, type);
        return name;
    }

    static (IReadOnlyDictionary<string, string>, Uri) Link(string merchant, WrittenLink link)
        => link.Text is { Count: > 0 } text && Uri.TryCreate(link.Url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeMailto)
            ? (text, address)
            : throw new FormatException($"A link of '{merchant}' needs a text for at least one language, and a url that begins with https: or mailto:.");

    static Colour? Parse(string merchant, string what, string? text)
        => text is null ? null : Colour.TryParse(text, out var colour) ? colour : throw new FormatException($"The {what} of '{merchant}' is '{text}': it must be written #rrggbb.");

    static string StyleOf(Colour band, Colour? wanted)
    {
        var accent = wanted is { } colour && colour.ContrastWith(band) >= Colour.Visible ? colour : band.Ink;
        return $$"""
            :root { --band: {{band}}; --on-band: {{band.Ink}}; --on-band-quiet: {{band.QuietInk}}; --sun: {{accent}}; --sun-ink: {{accent.Ink}}; }
            body[data-status="delivered"] { --band-now: var(--band); --on-band-quiet: {{band.QuietInk}}; }

            """;
    }

    sealed record Written(string? Name, string? Logo, string? Colour, string? Accent, IReadOnlyList<WrittenLink>? Links);

    sealed record WrittenLink(IReadOnlyDictionary<string, string>? Text, string? Url);
}
