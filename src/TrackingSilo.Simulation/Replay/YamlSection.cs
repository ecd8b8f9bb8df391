using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TrackingSilo.Simulation.Replay;

/// <summary>One mapping of a YAML file, read strictly: what is missing, misspelt or of the wrong form is named with its file and line.</summary>
sealed class YamlSection
{
    readonly string _file;
    readonly string _path;
    readonly YamlMappingNode _node;
    readonly HashSet<string> _read = [];
    readonly List<YamlSection> _children = [];

    YamlSection(string file, string path, YamlMappingNode node)
    {
        _file = file;
        _path = path;
        _node = node;
    }

    public static YamlSection Load(string file)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = File.OpenText(file);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            throw new ReplayException(string.Create(CultureInfo.InvariantCulture, $"{file}:{e.Start.Line}: {e.InnerException?.Message ?? e.Message}"));
        }
        catch (IOException e)
        {
            throw new ReplayException($"{file}: {e.Message}");
        }
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new ReplayException($"{file}:1: a description is one mapping of names to values");
        return new YamlSection(file, "", root);
    }

    public string Text(string name) => OptionalText(name) ?? throw At(_node, $"{_path}{name} is missing");

    public string? OptionalText(string name)
    {
        if (Find(name) is not { } node)
            return null;
        return node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw At(node, $"{_path}{name} must be a text");
    }

    /// <summary>A text that <paramref name="parse"/> makes something of, or says what is wrong with.</summary>
    public T Parsed<T>(string name, Func<string, (T? Value, string Wrong)> parse)
        where T : class
    {
        var text = Text(name);
        var (value, wrong) = parse(text);
        return value ?? throw At(Find(name)!, $"{_path}{name}: {wrong}");
    }

    /// <summary>One of the names of a table; the fallback where it is left out.</summary>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> choices, T fallback)
    {
        if (OptionalText(name) is not { } text)
            return fallback;
        return choices.TryGetValue(text, out var value)
            ? value
            : throw At(Find(name)!, $"{_path}{name} must be one of {string.Join(", ", choices.Keys)}");
    }

    public int Integer(string name, int fallback, int min, int max)
    {
        if (OptionalText(name) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw At(Find(name)!, string.Create(CultureInfo.InvariantCulture, $"{_path}{name} must be a whole number from {min} to {max}"));
    }

    public IEnumerable<string> Texts(string name)
    {
        var node = Find(name) ?? throw At(_node, $"{_path}{name} is missing");
        if (node is not YamlSequenceNode sequence)
            throw At(node, $"{_path}{name} must be a list");
        return sequence.Select(item => item is YamlScalarNode scalar ? scalar.Value ?? "" : throw At(item, $"{_path}{name} must be a list of texts"));
    }

    public YamlSection Section(string name) => OptionalSection(name) ?? throw At(_node, $"{_path}{name} is missing");

    public YamlSection? OptionalSection(string name) => Find(name) is { } node ? Child(name, node) : null;

    public IEnumerable<YamlSection> Sections(string name)
    {
        if (Find(name) is not { } node)
            return [];
        if (node is not YamlSequenceNode sequence)
            throw At(node, $"{_path}{name} must be a list");
        return [.. sequence.Select((item, index) => Child(string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"), item))];
    }

    public bool Has(string name) => _node.Children.ContainsKey(new YamlScalarNode(name));

    /// <summary>Refuses what nobody asked for: a misspelt name would else be ignored in silence.</summary>
    public void RefuseUnread()
    {
        foreach (var key in _node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_read.Contains(name))
                throw At(key, $"{_path}{key} is not known here");
        }
        foreach (var child in _children)
            child.RefuseUnread();
    }

    public ReplayException Wrong(string name, string what) => At(Find(name) ?? _node, $"{_path}{name} {what}");

    YamlSection Child(string name, YamlNode node)
    {
        if (node is not YamlMappingNode mapping)
            throw At(node, $"{_path}{name} must be a mapping of names to values");
        var child = new YamlSection(_file, $"{_path}{name}.", mapping);
        _children.Add(child);
        return child;
    }

    YamlNode? Find(string name)
    {
        _read.Add(name);
        return _node.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;
    }

    ReplayException At(YamlNode node, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{_file}:{node.Start.Line}: {what}"));
}
