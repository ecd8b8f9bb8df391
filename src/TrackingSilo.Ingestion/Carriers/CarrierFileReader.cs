using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>Reads one carrier's file, whole or not at all.</summary>
static class CarrierFileReader
{
    // A clerk's pattern may be slow for some text; a carrier's text must not hold up a request.
    static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="CarrierFileException">Something in it will not do.</exception>
    public static CarrierFile Read(string file, TextReader text)
    {
        var root = YamlMap.Read(file, text);
        var carrier = root.Required("carrier");
        if (!ShipmentId.TryCreate(carrier, "0", out _))
            throw root.Error("carrier", $"'{carrier}' is no slug of a-z, 0-9 and '-'");
        var read = new CarrierFile
        {
            Carrier = carrier,
            Name = root.Required("name"),
            Payload = ReadPayload(root),
            Vocabulary = ReadVocabulary(root),
            Signature = root.Map("signature") is { } signature ? ReadSignature(signature) : null,
            Carriers = ReadCarriers(root),
            Numbers = [.. root.Maps("numbers").Select(ReadNumber)],
        };
        root.NothingElse();
        return read;
    }

    static PayloadLayout? ReadPayload(YamlMap root)
    {
        if (root.Map("payload") is not { } map)
            return null;
        var format = map.Required("format") switch
        {
            "json" => PayloadFormat.Json,
            "xml" => PayloadFormat.Xml,
            "epcis" => PayloadFormat.Epcis,
            var other => throw map.Error("format", $"'{other}' is none of json, xml and epcis"),
        };
        var layout = new PayloadLayout
        {
            Format = format,
            Shipments = Paths("shipments"), TrackingNumber = Paths("trackingNumber"), Carrier = Paths("carrier"), Events = Paths("events"),
            Id = Paths("id"), Code = Paths("code"), Meaning = Paths("meaning"), Reason = Paths("reason"), Description = Paths("description"),
            Facility = Paths("facility"), City = Paths("city"), Country = Paths("country"), Latitude = Paths("latitude"), Longitude = Paths("longitude"),
            SignedBy = Paths("signedBy"), Time = Paths("time"), Offset = Paths("offset"),
            Times = ReadTimes(map),
        };
        if (format != PayloadFormat.Epcis && (layout.Shipments.Count == 0 || layout.Events.Count == 0 || layout.Time.Count == 0))
            throw map.Error("'shipments', 'events' and 'time' are needed");
        map.NothingElse();
        return layout;

        IReadOnlyList<string> Paths(string key)
        {
            var paths = map.Texts(key);
            foreach (var path in paths)
            {
                if (PayloadNode.WhyNot(format, path) is { } why)
                    throw map.Error(key, $"'{path}' is no path: {why}");
            }
            return paths;
        }
    }

    static EventTimes ReadTimes(YamlMap map)
    {
        var zone = TimeZoneInfo.Utc;
        if (map.Text("zone") is { } name)
        {
            if (!TimeZones.IsKnown(name))
                throw map.Error("zone", $"'{name}' is no time zone that this machine knows");
            zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        var abbreviations = new Dictionary<string, TimeSpan>();
        if (map.Map("offsets") is { } offsets)
        {
            foreach (var (key, value) in offsets.Pairs())
            {
                if (!TimeSpan.TryParseExact(value.TrimStart('+', '-'), "hh\\:mm", CultureInfo.InvariantCulture, out var offset) || offset > TimeSpan.FromHours(14))
                    throw offsets.Error(key, $"'{value}' is no offset such as -05:00");
                abbreviations[key] = value.StartsWith('-') ? -offset : offset;
            }
        }
        return new EventTimes(map.Texts("formats").ToArray(), zone, abbreviations);
    }

    static Vocabulary ReadVocabulary(YamlMap root)
    {
        var codes = root.Map("codes") is { } map ? map.Pairs().Select(pair => KeyValuePair.Create(pair.Key, ReadMeaning(map, pair.Key, pair.Value))).ToArray() : [];
        if (codes.GroupBy(code => code.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw root.Error("codes", $"'{twice.Key}' is there twice: upper and lower case are the same");
        var texts = root.Maps("texts").Select(entry =>
        {
            var read = (ReadPattern(entry, "like", whole: false), ReadMeaning(entry, "event", entry.Required("event")));
            entry.NothingElse();
            return read;
        }).ToArray();
        return new Vocabulary(codes, texts);
    }

    /// <summary><c>attemptFailed</c>, or with a reason <c>attemptFailed notHome</c>.</summary>
    static Meaning ReadMeaning(YamlMap map, string key, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!ScanEventNames.TryParse(words[0], out var happened) || happened == ScanEvent.Retraction)
            throw map.Error(key, $"'{words[0]}' is no event that a code can mean");
        var reason = Reason.None;
        if (words.Length > 2 || (words.Length == 2 && !ReasonNames.TryParse(words[1], out reason)))
            throw map.Error(key, $"'{string.Join(' ', words[1..])}' is no reason");
        return new Meaning(happened, reason);
    }

    static WebhookSignature ReadSignature(YamlMap map)
    {
        var read = new WebhookSignature(
            map.Required("header"),
            map.Required("algorithm") switch
            {
                "hmac-sha256" => HashAlgorithmName.SHA256,
                "hmac-sha512" => HashAlgorithmName.SHA512,
                "hmac-sha1" => HashAlgorithmName.SHA1,
                var other => throw map.Error("algorithm", $"'{other}' is none of hmac-sha256, hmac-sha512 and hmac-sha1"),
            },
            map.Required("encoding") switch
            {
                "hex" => SignatureEncoding.Hex,
                "base64" => SignatureEncoding.Base64,
                var other => throw map.Error("encoding", $"'{other}' is neither hex nor base64"),
            },
            map.Text("prefix") ?? "");
        map.NothingElse();
        return read;
    }

    static FrozenDictionary<string, string> ReadCarriers(YamlMap root)
    {
        if (root.Map("carriers") is not { } map)
            return FrozenDictionary<string, string>.Empty;
        var pairs = map.Pairs().ToArray();
        foreach (var (key, value) in pairs)
        {
            if (!ShipmentId.TryCreate(value, "0", out _))
                throw map.Error(key, $"'{value}' is no slug of a-z, 0-9 and '-'");
        }
        return pairs.ToFrozenDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }

    static NumberFormat ReadNumber(YamlMap map)
    {
        var check = map.Text("check") ?? "none";
        var read = new NumberFormat
        {
            Name = map.Required("name"),
            Pattern = ReadPattern(map, "pattern", whole: true),
            Check = Enum.TryParse<CheckDigit>(check, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
                : throw map.Error("check", $"'{check}' is none of {string.Join(", ", Enum.GetNames<CheckDigit>())}"),
            Evens = map.Numbers("evens") is [var evens] ? evens : 1,
            Odds = map.Numbers("odds") is [var odds] ? odds : 1,
            Weights = map.Numbers("weights"),
            Prefix = map.Text("prefix") is { } prefix ? (prefix, ReadPattern(map, "unless", whole: false)) : null,
            Countries = map.Texts("countries") is { Count: > 0 } countries ? countries.SelectMany(line => line.Split(' ')).ToFrozenSet(StringComparer.Ordinal) : null,
        };
        if (read.Check is CheckDigit.S10 or CheckDigit.Weighted && read.Weights.Count == 0)
            throw map.Error("check", "needs weights");
        if (read.Check != CheckDigit.None && !read.Pattern.GetGroupNames().Contains("check"))
            throw map.Error("pattern", "needs a group 'check'");
        map.NothingElse();
        return read;
    }

    static Regex ReadPattern(YamlMap map, string key, bool whole)
    {
        var pattern = map.Required(key);
        try
        {
            const RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
            return whole ? new Regex($@"\A(?:{pattern})\z", options, PatternTimeout) : new Regex(pattern, options | RegexOptions.IgnoreCase, PatternTimeout);
        }
        catch (ArgumentException e)
        {
            throw map.Error(key, e.Message);
        }
    }
}
