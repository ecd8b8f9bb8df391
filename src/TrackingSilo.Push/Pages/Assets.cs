using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TrackingSilo.Push.Pages;

/// <summary>
/// The files under <c>wwwroot</c>, out of the assembly. They are served under a path that holds a hash over all of them, so a browser may keep them for good and never mixes two versions.
/// </summary>
sealed class Assets
{
    const string Root = "wwwroot/";

    static readonly FrozenDictionary<string, string> s_contentTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    readonly FrozenDictionary<string, Asset> _files;

    public Assets()
    {
        var files = new Dictionary<string, Asset>(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in typeof(Assets).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var asset = new Asset(Read(name));
            files.Add(name[Root.Length..], asset);
            hash.AppendData(asset.Content);
        }
        _files = files.ToFrozenDictionary(StringComparer.Ordinal);
        Version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>A hash over all files: part of their paths.</summary>
    public string Version { get; }

    /// <summary>Path of all files as a page of this request has to name it, without a slash at the end.</summary>
    public string PathFor(HttpRequest request) => $"{request.PathBase}/assets/{Version}";

    public byte[] Content(string path) => _files[path].Content;

    public IEnumerable<string> In(string folder) => _files.Keys.Where(path => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>What a page loads: for the budget that a test holds it to.</summary>
    public int CompressedLength(string path) => _files[path].Brotli.Length;

    public IResult Serve(HttpContext context, string version, string path)
    {
        if (!s_contentTypes.TryGetValue(Path.GetExtension(path), out var contentType) || !_files.TryGetValue(path, out var asset))
            return Results.NotFound();
        var headers = context.Response.Headers;
        // A page of another version (a server was exchanged under it) gets what there is, but must not keep it.
        headers[HeaderNames.CacheControl] = version == Version ? "public, max-age=31536000, immutable" : "no-store";
        headers[HeaderNames.Vary] = HeaderNames.AcceptEncoding;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        if (!path.EndsWith(".woff2", StringComparison.Ordinal) && context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            headers[HeaderNames.ContentEncoding] = "br";
            return Results.Bytes(asset.Brotli, contentType);
        }
        return Results.Bytes(asset.Content, contentType);
    }

    static byte[] Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    sealed class Asset(byte[] content)
    {
        readonly Lazy<byte[]> _brotli = new(() => Compress(content));

        public byte[] Content => content;

        public byte[] Brotli => _brotli.Value;

        static byte[] Compress(byte[] content)
        {
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize))
                brotli.Write(content);
            return compressed.ToArray();
        }
    }
}
