using System.Globalization;

namespace TrackingSilo.DevBroker;

/// <summary>A topic to create, written <c>name:partitions</c>.</summary>
public readonly record struct Topic(string Name, int Partitions)
{
    private const int MaxPartitions = 1024; // what a development machine needs, and far below what the mock cluster bears

    public static bool TryParse(string text, out Topic topic)
    {
        topic = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partitions)
            || partitions is < 1 or > MaxPartitions)
        {
            return false;
        }
        topic = new Topic(text[..colon], partitions);
        return IsName(topic.Name);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Partitions}");

    private static bool IsName(string name) =>
        name.Length <= 249 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
