using System.Text;
using System.Text.Json.Nodes;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Server.Tests.Hosting;

/// <summary>What a server must survive: files that are no messages, and messages whose texts are the worst that people have thought of.</summary>
static class HostileMessages
{
    static readonly GeoPoint s_place = GeoPoint.TryCreate(49.48, 8.46, out var place) ? place : default;

    /// <summary>A good message for each input topic, by the last part of its name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Good(string number, DateTimeOffset at) => new Dictionary<string, byte[]>
    {
        ["shipments"] = Bytes($$"""
            {"carrier":"decent","trackingNumber":"{{number}}","merchant":"m","service":"s","promisedFrom":"{{at:O}}","promisedBy":"{{at.AddHours(4):O}}",
            "destination":{"latitude":49.48,"longitude":8.46,"postcode":"68159","city":"Mannheim","country":"DE","timeZone":"Europe/Berlin"},
            "recipient":{"name":"n","contacts":[{"channel":"email","address":"a@example.org"}],"locale":"de-DE"},
            "parent":"decent/PARENT","continuesAs":"other/NEXT","changedAt":"{{at:O}}"}
            """),
        ["scans"] = Bytes($$"""
            {"eventId":"e-{{number}}","carrier":"decent","trackingNumber":"{{number}}","code":"c","event":"arrivedAtFacility","occurredAt":"{{at:O}}",
            "location":{"facility":"f","city":"Mannheim","country":"DE","latitude":49.48,"longitude":8.46},"description":"d","vehicle":"V1",
            "proof":{"name":"n","signature":"s","photo":"p"},"retracts":"e-0"}
            """),
        ["manifests"] = Message.Manifest("decent", "V" + number, 1, [("stop-1", s_place, [$"decent/{number}"])]),
        ["positions"] = Message.Position("decent", "V" + number, at, s_place),
        ["commands"] = Message.Instruction("decent", number, "c-" + number, "behind the shed"),
    };

    /// <summary>Bytes that are no message of this topic, or are one with a naughty text in it.</summary>
    public static IEnumerable<(string Key, byte[] Value)> For(string topic, DateTimeOffset at)
    {
        foreach (var (name, bytes) in HostileFiles.JsonFiles)
            yield return (name, bytes);
        foreach (var naughty in HostileFiles.NaughtyStrings)
            yield return (naughty, Encoding.UTF8.GetBytes(naughty));
        var good = Good("1", at)[topic];
        var paths = TextsIn(JsonNode.Parse(good)!).ToList();
        foreach (var naughty in HostileFiles.NaughtyStrings)
        {
            foreach (var path in paths)
            {
                var message = JsonNode.Parse(good)!;
                Find(message, path).ReplaceWith(naughty);
                yield return ("decent/1", Encoding.UTF8.GetBytes(message.ToJsonString()));
            }
        }
    }

    static IEnumerable<string> TextsIn(JsonNode node) => node switch
    {
        JsonObject properties => properties.SelectMany(property => TextsIn(property.Value!)),
        JsonArray items => items.SelectMany(item => TextsIn(item!)),
        JsonValue value when value.TryGetValue<string>(out _) => [value.GetPath()],
        _ => [],
    };

    static JsonNode Find(JsonNode message, string path) => Leaves(message).First(leaf => leaf.GetPath() == path);

    static IEnumerable<JsonNode> Leaves(JsonNode node) => node switch
    {
        JsonObject properties => properties.SelectMany(property => Leaves(property.Value!)),
        JsonArray items => items.SelectMany(item => Leaves(item!)),
        _ => [node],
    };

    static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
