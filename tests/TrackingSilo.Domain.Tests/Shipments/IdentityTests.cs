using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Shipments;

public class IdentityTests
{
    static readonly Gen<string> AnyText = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements('a', 'z', 'A', '0', '-', '/', ' ', '\t', '\n', '~', '\u00a0', 'ß', 'ı').ArrayOf().Select(characters => new string(characters)));

    [Theory]
    [InlineData("post", "p1", "post/P1")]
    [InlineData("post", " 1Z 999\t AA1 ", "post/1Z999AA1")]
    [InlineData("a-1", "a/b/c", "a-1/A/B/C")]
    [InlineData("0", "~!", "0/~!")]
    public void An_identity_has_one_spelling(string carrier, string number, string key)
    {
        Assert.True(ShipmentId.TryCreate(carrier, number, out var shipment));
        Assert.True(VehicleId.TryCreate(carrier, number, out var vehicle));
        Assert.Equal((key, key), (shipment.Value, vehicle.Value));
        Assert.Equal((carrier, key[(carrier.Length + 1)..]), (shipment.Carrier, shipment.TrackingNumber));
        Assert.Equal((carrier, key[(carrier.Length + 1)..]), (vehicle.Carrier, vehicle.Name));
    }

    [Theory]
    [InlineData("", "P1")]
    [InlineData("Post", "P1")]
    [InlineData("po st", "P1")]
    [InlineData("po/st", "P1")]
    [InlineData("pöst", "P1")]
    [InlineData("post", "")]
    [InlineData("post", " \t ")]
    [InlineData("post", "P1\n")]
    [InlineData("post", "P\u00a01")]
    [InlineData("post", "Pé")]
    [InlineData("post", "P\0")]
    [InlineData("post", "P\ud83d\ude00")]
    public void What_has_no_such_spelling_is_refused(string carrier, string number)
    {
        Assert.False(ShipmentId.TryCreate(carrier, number, out var shipment));
        Assert.False(VehicleId.TryCreate(carrier, number, out var vehicle));
        Assert.Equal((default, default), (shipment, vehicle));
    }

    [Fact]
    public void Lengths_are_counted_after_blanks_are_gone()
    {
        Assert.True(ShipmentId.TryCreate(new string('c', 32), string.Join(' ', Enumerable.Repeat('1', 64)), out var longest));
        Assert.Equal(32 + 1 + 64, longest.Value.Length);
        Assert.False(ShipmentId.TryCreate(new string('c', 33), "1", out _));
        Assert.False(ShipmentId.TryCreate("c", new string('1', 65), out _));
        Assert.False(ShipmentId.TryCreate("c", new string('1', 1_000_000), out _));
        Assert.True(ShipmentId.TryCreate("c", new string(' ', 1_000_000) + "1", out _));
    }

    [Fact]
    public void No_text_makes_an_identity_throw_and_every_one_is_its_own_spelling()
        => (from carrier in Gen.OneOf(AnyText, Gen.Constant("post")) from number in AnyText select (carrier, number)).Holds(text =>
        {
            _ = VehicleId.TryParse(text.number, out _);
            _ = ShipmentId.TryParse(text.number, out _);
            if (!ShipmentId.TryCreate(text.carrier, text.number, out var id))
                return;
            Assert.True(ShipmentId.TryCreate(id.Carrier, id.TrackingNumber, out var again));
            Assert.Equal(id, again);
            Assert.Equal(id, ShipmentId.Parse(id.Value));
            Assert.Equal(id.Value, VehicleId.Parse(id.Value).Value);
        }, tests: 1000);

    [Fact]
    public void Naughty_strings_are_an_identity_of_printable_ascii_or_none()
    {
        if (SharedData.Find("json-hostile/blns/blns.json") is not { } path)
            return;
        var strings = JsonSerializer.Deserialize<string[]>(File.ReadAllText(path))!;
        Assert.NotEmpty(strings);
        foreach (var text in strings)
        {
            _ = ShipmentId.TryCreate(text, text, out _);
            _ = ShipmentId.TryParse(text, out _);
            if (ShipmentId.TryCreate("post", text, out var id))
                Assert.All(id.TrackingNumber, character => Assert.InRange(character, '!', '~'));
        }
    }

    [Fact]
    public void The_default_identity_names_nothing_and_can_be_asked()
    {
        Assert.Equal(("", "", ""), (default(ShipmentId).Value, default(ShipmentId).Carrier, default(ShipmentId).TrackingNumber));
        Assert.Equal(("", "", ""), (default(VehicleId).Value, default(VehicleId).Carrier, default(VehicleId).Name));
        Assert.False(ShipmentId.TryParse("", out _));
        Assert.Throws<FormatException>(() => ShipmentId.Parse("P1"));
    }
}
