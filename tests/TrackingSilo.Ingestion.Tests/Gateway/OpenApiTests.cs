using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Ingestion.Tests.Decoding;

namespace TrackingSilo.Ingestion.Tests.Gateway;

public class OpenApiTests
{
    public static TheoryData<string, Type> Messages => new()
    {
        { "shipments", typeof(ShipmentMessage) },
        { "scans", typeof(ScanMessage) },
        { "manifests", typeof(ManifestMessage) },
        { "positions", typeof(PositionMessage) },
        { "commands", typeof(CommandMessage) },
    };

    [Fact]
    public async Task The_document_describes_every_way_in()
    {
        await using var gateway = await RunningGateway.StartAsync("127.0.0.1:1");

        var document = JsonNode.Parse(await gateway.Http.GetStringAsync("/openapi/v1.json"))!;

        foreach (var (topic, type) in Messages.Select(row => ((string)row[0], (Type)row[1])))
        {
            var post = document["paths"]![$"/v1/{topic}"]!["post"]!;
            Assert.NotEqual("", (string)post["summary"]!);
            Assert.Contains("NDJSON", (string)post["description"]!, StringComparison.Ordinal);
            Assert.Equal(["202", "400", "401", "413", "415", "429"], post["responses"]!.AsObject().Select(response => response.Key).Order());
            Assert.Equal("X-Api-Key", (string)post["parameters"]![0]!["name"]!);
            foreach (var contentType in new[] { "application/json", "application/x-ndjson" })
                Assert.Equal("#/components/schemas/" + type.Name, (string)post["requestBody"]!["content"]![contentType]!["schema"]!["$ref"]!);
            var schema = document["components"]!["schemas"]![type.Name]!;
            Assert.Equal(Names(type).Order(), schema["properties"]!.AsObject().Select(property => property.Key).Order());
            Assert.False(string.IsNullOrEmpty((string?)schema["properties"]!["carrier"]!["description"]), $"carrier of {type.Name} has no description");
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_property_that_is_described_is_read(string topic, Type type)
    {
        foreach (var name in Names(type))
        {
            // No property at the top is true or false, so a decoder that reads it must refuse this, by its name.
            var decoded = Decode.Text(topic, $$"""{"{{name}}":true}""");
            Assert.True(decoded.IsRefused);
            Assert.StartsWith(name + " must be", decoded.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Nothing_is_needed_that_is_not_described_as_required(string topic, Type type)
    {
        var required = type.GetProperties().Where(property => property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToArray();
        var example = new JsonObject();
        foreach (var name in required)
        {
            example[name] = name switch
            {
                "changedAt" or "occurredAt" or "at" => "2026-03-01T12:00:00Z",
                "version" or "latitude" or "longitude" => 1,
                "stops" => new JsonArray(),
                "kind" => "revokeLinks",
                _ => "x",
            };
        }
        if (topic == "scans")
            example["code"] = "x"; // one of code, event and retracts

        Decode.Accepted(topic, example.ToJsonString());
        foreach (var name in required)
        {
            var without = example.DeepClone().AsObject();
            without.Remove(name);
            Decode.Refused(topic, without.ToJsonString(), Engine.Reports.RefusalReason.MissingProperty, name + " is missing");
        }
    }

    static IEnumerable<string> Names(Type type) => type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
}
