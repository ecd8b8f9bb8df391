using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Tests.Decoding;

public class CommandDecoderTests
{
    const string Full = """{"commandId":"c1","carrier":"quadrat","trackingNumber":"QD17","kind":"instruct","instruction":{"kind":"safePlace","note":"behind the bench"}}""";

    [Fact]
    public void Every_property_is_read()
    {
        var report = Decode.Accepted("commands", Full);

        Assert.Equal(ReportKind.Command, report.Kind);
        Assert.Equal("quadrat/QD17", report.Key);
        Assert.Equal(new Command { Id = "c1", Kind = CommandKind.Instruct, Instruction = new Instruction(InstructionKind.SafePlace, "behind the bench") }, report.Body);
    }

    [Theory]
    [InlineData("revokeLinks", CommandKind.RevokeLinks)]
    [InlineData("eraseRecipient", CommandKind.EraseRecipient)]
    public void Other_kinds_need_no_more(string kind, CommandKind expected)
        => Assert.Equal(
            new Command { Id = "c1", Kind = expected },
            Decode.Body<Command>("commands", $$"""{"commandId":"c1","carrier":"quadrat","trackingNumber":"QD17","kind":"{{kind}}"}"""));

    [Theory]
    [InlineData("\"commandId\":\"c1\",", "", RefusalReason.MissingProperty, "commandId is missing")]
    [InlineData("\"kind\":\"instruct\",", "", RefusalReason.MissingProperty, "kind is missing")]
    [InlineData("\"instruction\"", "\"please\"", RefusalReason.MissingProperty, "instruction is missing")]
    [InlineData("\"kind\":\"safePlace\",", "", RefusalReason.MissingProperty, "instruction.kind is missing")]
    [InlineData("\"instruct\"", "\"obey\"", RefusalReason.BadValue, "kind must be instruct, revokeLinks or eraseRecipient")]
    [InlineData("safePlace", "roof", RefusalReason.BadValue, "instruction.kind must be safePlace, neighbour, pickupPoint, reschedule, otherAddress, contactless, waiveSignature or requireSignature")]
    [InlineData("\"c1\"", "\"c\\u0001\"", RefusalReason.BadValue, "commandId must be free of control characters")]
    public void What_is_refused_says_which_property(string part, string instead, RefusalReason reason, string detail)
    {
        Assert.Contains(part, Full, StringComparison.Ordinal);

        Decode.Refused("commands", Full.Replace(part, instead, StringComparison.Ordinal), reason, detail);
    }

    [Fact]
    public void A_note_has_a_limit()
        => Decode.Refused("commands", Full.Replace("behind the bench", new string('n', 201), StringComparison.Ordinal), RefusalReason.BadValue, "instruction.note must be at most 200");
}
