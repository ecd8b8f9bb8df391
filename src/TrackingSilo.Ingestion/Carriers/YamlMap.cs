using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>A mapping of a carrier's file. What is asked for and has another form, and in the end what nobody has asked for, is an error with its line.</summary>
sealed class YamlMap
{
    readonly string _file;
    readonly YamlMappingNode _node;
    readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    YamlMap(string file, YamlMappingNode node) => (_file, _node) = (file, node);

    public static YamlMap Read(string file, TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException e)
        {
            throw new CarrierFileException(file, e.Start.Line, e.InnerException?.Message ?? e.Message);
        }
        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? new YamlMap(file, root)
            : throw new CarrierFileException(file, 1, "the file must hold one mapping");
    }

    public long Line => _node.Start.Line;

    public CarrierFileException Error(string what) => new(_file, Line, what);

    /// <summary>The line of one value, for what is wrong with it.</summary>
    public CarrierFileException Error(string key, string what) => new(_file, Find(key)?.Start.Line ?? Line, $"{key}: {what}");

    public string Required(string key) => Text(key) ?? throw Error($"'{key}' is missing");

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        var other => throw new CarrierFileException(_file, other.Start.Line, $"{key} must be a text"),
    };

    /// <summary>One text or a list of them; empty where it is missing.</summary>
    public IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlScalarNode { Value: { Length: > 0 } value } => [value],
        YamlSequenceNode items => [.. items.Children.Select(item => item is YamlScalarNode { Value: { Length: > 0 } value }
            ? value
            : throw new CarrierFileException(_file, item.Start.Line, $"{key} must hold texts"))],
        var other => throw new CarrierFileException(_file, other.Start.Line, $"{key} must be a text or a list of texts"),
    };

    public IReadOnlyList<int> Numbers(string key) => [.. Texts(key).Select(text => int.TryParse(text, out var number) ? number : throw Error(key, $"'{text}' is no whole number"))];

    public YamlMap? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new YamlMap(_file, map),
        var other => throw new CarrierFileException(_file, other.Start.Line, $"{key} must be a mapping"),
    };

    public IReadOnlyList<YamlMap> Maps(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode items => [.. items.Children.Select(item => item is YamlMappingNode map
            ? new YamlMap(_file, map)
            : throw new CarrierFileException(_file, item.Start.Line, $"{key} must hold mappings"))],
        var other => throw new CarrierFileException(_file, other.Start.Line, $"{key} must be a list"),
    };

    /// <summary>All pairs of texts, of a mapping whose keys are the carrier's own.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (var key in _node.Children.Keys.OfType<YamlScalarNode>())
            yield return (key.Value ?? "", Required(key.Value ?? ""));
    }

    /// <summary>Call when all has been read: a key that nobody knows is a slip of the pen.</summary>
    public void NothingElse()
    {
        foreach (var key in _node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_asked.Contains(name))
                throw new CarrierFileException(_file, key.Start.Line, $"'{key}' is nothing that a carrier's file has here");
        }
    }

    YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }
}
