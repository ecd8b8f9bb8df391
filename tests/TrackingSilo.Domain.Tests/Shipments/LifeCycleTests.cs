using System.Text;
using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Domain.Tests.Shipments;

public class LifeCycleTests
{
    // What a clerk would hang on the wall. Columns: where it stands. Cells: where it stands then; "." it stays, "*" a new leg begins.
    const string Table = """
                               Registered InTransit  OutForDeli AttemptFai ReadyForPi Delivered  Returning  Returned   Cancelled  Lost
        Unrecognised           .          .          .          .          .          .          .          .          .          .
        Information            .          .          .          .          .          .          .          .          .          .
        Registered             Registered .          .          .          .          .          .          .          .          .
        PickedUp               InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        ArrivedAtFacility      InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        DepartedFacility       InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        InCustoms              InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        Delayed                .          .          .          .          .          .          .          .          .          .
        Held                   .          .          .          .          .          .          .          .          .          .
        HandedToOtherCarrier   InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        LoadedOnVehicle        InTransit  InTransit  InTransit  InTransit  InTransit  .          .          .          .          .
        OutForDelivery         OutForDeli OutForDeli OutForDeli OutForDeli OutForDeli .          .          .          .          .
        AttemptFailed          AttemptFai AttemptFai AttemptFai AttemptFai AttemptFai .          .          .          .          .
        ReadyForPickup         ReadyForPi ReadyForPi ReadyForPi ReadyForPi ReadyForPi .          .          .          .          .
        Damaged                .          .          .          .          .          .          .          .          .          .
        Delivered              Delivered  Delivered  Delivered  Delivered  Delivered  .          Returned   .          *Delivered *Delivered
        Redelivery             *InTransit *InTransit *InTransit *InTransit *InTransit *InTransit *InTransit *InTransit *InTransit *InTransit
        ReturnStarted          *Returning *Returning *Returning *Returning *Returning *Returning .          .          *Returning *Returning
        Returned               *Returned  *Returned  *Returned  *Returned  *Returned  *Returned  Returned   .          *Returned  *Returned
        Cancelled              Cancelled  Cancelled  Cancelled  Cancelled  Cancelled  .          .          .          .          .
        Lost                   Lost       Lost       Lost       Lost       Lost       .          Lost       .          .          .
        Retraction             .          .          .          .          .          .          .          .          .          .

        """;

    [Fact]
    public void Every_pair_of_status_and_event_has_its_answer()
        => Assert.Equal(Table.ReplaceLineEndings("\n"), Written());

    [Fact]
    public void What_is_over_gives_way_only_to_a_return_or_a_redelivery_and_opens_a_leg()
    {
        foreach (var over in Enum.GetValues<ShipmentStatus>().Where(LifeCycle.IsTerminal))
        {
            foreach (var happened in Enum.GetValues<ScanEvent>())
            {
                if (LifeCycle.Next(over, happened) is not { } next)
                    continue;
                Assert.True(next.OpensLeg, $"{happened} takes {over} to {next.To} within its leg.");
                // A hand-over of what was lost or cancelled is its redelivery.
                Assert.Contains(happened, (ScanEvent[])[ScanEvent.Redelivery, ScanEvent.ReturnStarted, ScanEvent.Returned, ScanEvent.Delivered]);
            }
        }
    }

    [Fact]
    public void An_event_that_bears_no_status_never_moves_one()
    {
        foreach (var happened in Enum.GetValues<ScanEvent>())
        {
            var moves = Enum.GetValues<ShipmentStatus>().Any(status => LifeCycle.Next(status, happened) is not null);
            Assert.True(moves == LifeCycle.BearsStatus(happened), happened.ToString());
        }
    }

    [Fact]
    public void Every_event_says_whose_it_is()
        => Assert.All(Enum.GetValues<ScanEvent>(), happened => Assert.True(Enum.IsDefined(Reasons.Owner(Reasons.Of(happened)))));

    static string Written()
    {
        var statuses = Enum.GetValues<ShipmentStatus>();
        var table = new StringBuilder(new string(' ', 23)).AppendJoin("", statuses.Select(status => Cell(status.ToString()))).TrimmedLine();
        foreach (var happened in Enum.GetValues<ScanEvent>())
        {
            table.Append($"{happened,-23}").AppendJoin("", statuses.Select(status => Cell(LifeCycle.Next(status, happened) switch
            {
                null => ".",
                { OpensLeg: true } next => "*" + next.To,
                { } next => next.To.ToString(),
            }))).TrimmedLine();
        }
        return table.ToString();
    }

    static string Cell(string text) => text[..Math.Min(10, text.Length)].PadRight(11);
}

static class TableText
{
    public static StringBuilder TrimmedLine(this StringBuilder text)
    {
        while (text[^1] == ' ')
            text.Length--;
        return text.Append('\n');
    }
}
