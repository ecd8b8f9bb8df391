using System.Collections.Immutable;
using TrackingSilo.Domain.Milestones;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Shipments;

/// <summary>
/// All facts about one shipment. Immutable: each <c>With…</c> answers the next state, or the same object when nothing changes, so that a failure halfway leaves it
/// as it was and a checkpoint can keep it while life goes on.
/// </summary>
public sealed record Shipment
{
    /// <summary>Vehicles whose word is kept at a time: the present one, and those of late or rival manifests.</summary>
    public const int VehiclesMax = 4;

    /// <summary>Commands remembered by id: a client that repeats itself does so within minutes.</summary>
    public const int CommandsMax = 32;

    public required ShipmentId Id { get; init; }
    public Registration Registration { get; init; } = Registration.None;
    public Timeline Timeline { get; init; } = Timeline.Empty;

    /// <summary>The last word of each vehicle that has, or had, the shipment on its manifest.</summary>
    public ImmutableArray<VehicleProgress> Vehicles { get; init; } = [];

    public ImmutableArray<MilestoneDecision> Milestones { get; init; } = [];
    public ImmutableArray<OutboxEntry> Outbox { get; init; } = [];
    public ImmutableArray<CommandOutcome> Commands { get; init; } = [];

    /// <summary>Tracking links of a lower epoch are revoked.</summary>
    public int LinkEpoch { get; init; }

    /// <summary>Where the vehicle was when it said that it had handed the parcel over; null: nobody can say.</summary>
    public HandOver? HandOver { get; init; }

    /// <summary>The recipient's data was erased at this time: what a registration changed before it stays away.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    public Standing Standing => Timeline.Standing;

    /// <summary>
    /// The vehicle whose word counts: that of the leg's newest loading scan until it says that it has dropped the shipment, else that of the newest manifest that
    /// has it. Always one that has the shipment; null: none is known, or the scanned one has not spoken.
    /// </summary>
    public VehicleProgress? Followed
    {
        get
        {
            if (Standing.Loading is { Vehicle: { } scanned } loading)
            {
                var word = Vehicles.FirstOrDefault(progress => progress.Vehicle == scanned);
                if (word is null or { Assigned: true })
                    return word;
                // What it dropped before it was loaded was an earlier tour.
                if (word.At < loading.OccurredAt)
                    return null;
            }
            VehicleProgress? newest = null;
            foreach (var progress in Vehicles)
            {
                if (progress.Assigned && (newest is null || IsNewer(progress, newest)))
                    newest = progress;
            }
            return newest;
        }
    }

    /// <summary>The vehicle to tell that somebody watches, whether it has spoken yet or not.</summary>
    public VehicleId? FollowedVehicle => Followed?.Vehicle ?? Standing.Vehicle;

    /// <summary>The newest instruction of the recipient, and what became of it.</summary>
    public CommandOutcome? NewestInstruction => Commands.LastOrDefault(outcome => outcome.Instruction is not null);

    public Shipment With(ShipmentChange change)
    {
        if (ErasedAt >= change.ChangedAt && change.Recipient is not null)
            change = change with { Recipient = null };
        var next = Registration.With(change);
        return ReferenceEquals(next, Registration) ? this : this with { Registration = next };
    }

    public Shipment With(Scan scan)
    {
        var next = Timeline.With(ErasedAt is null ? scan : scan.WithoutName());
        return ReferenceEquals(next, Timeline) ? this : this with { Timeline = next, HandOver = HandOver.Of(this, scan) ?? HandOver };
    }

    /// <summary>
    /// A vehicle's word; an older one than is known (by its place in the log, then by when it was said), and one of another carrier's vehicle, changes nothing.
    /// </summary>
    public Shipment With(VehicleProgress progress)
    {
        if (progress.Vehicle.Carrier != Id.Carrier)
            return this;
        for (var i = 0; i < Vehicles.Length; i++)
        {
            if (Vehicles[i].Vehicle == progress.Vehicle)
            {
                var known = Vehicles[i];
                return progress.Stamp < known.Stamp || (progress.Stamp == known.Stamp && progress.At < known.At) || progress == known
                    ? this
                    : this with { Vehicles = Vehicles.SetItem(i, progress) };
            }
        }
        var vehicles = Vehicles.Add(progress);
        if (vehicles.Length <= VehiclesMax)
            return this with { Vehicles = vehicles };
        // The one that scans name stays, however old its manifest.
        var oldest = vehicles.Where(word => word.Vehicle != Standing.Vehicle).Aggregate((a, b) => IsNewer(a, b) ? b : a);
        return ReferenceEquals(oldest, progress) ? this : this with { Vehicles = vehicles.Remove(oldest) };
    }

    /// <summary>A command, once per id. Refused ones are remembered too: the answer to a repeat is the same.</summary>
    public Shipment With(Command command, DateTimeOffset at)
    {
        if (Commands.Any(known => known.CommandId == command.Id))
            return this;
        var wanted = command.Kind == CommandKind.Instruct ? command.Instruction : null;
        var refused = wanted is null ? null : InstructionRules.WhyNot(this, wanted.Kind);
        var outcome = new CommandOutcome(command.Id, at, wanted, refused);
        var next = this with { Commands = (Commands.Length < CommandsMax ? Commands : Commands.RemoveAt(0)).Add(outcome) };
        return command.Kind switch
        {
            CommandKind.RevokeLinks => next with { LinkEpoch = LinkEpoch + 1 },
            CommandKind.EraseRecipient => next.WithoutRecipient(at),
            CommandKind.Instruct when refused is null && wanted is not null => next.WithOutbox(
                new OutboxEntry { Key = $"instruction/{command.Id}", Kind = OutboxKind.Instruction, At = at, Instruction = wanted }),
            _ => next,
        };
    }

    /// <summary>One more message to leave; nothing changes where one with its key waits already, and beyond <see cref="MilestoneRules.OutboxMax"/> the oldest goes.</summary>
    internal Shipment WithOutbox(OutboxEntry entry)
    {
        if (Outbox.Any(waiting => waiting.Key == entry.Key))
            return this;
        return this with { Outbox = (Outbox.Length < MilestoneRules.OutboxMax ? Outbox : Outbox.RemoveAt(0)).Add(entry) };
    }

    Shipment WithoutRecipient(DateTimeOffset at)
    {
        // A registration dated later than its erasure (clocks differ) must not bring the recipient back when it comes once more.
        var erasedAt = new[] { at, ErasedAt ?? at, Registration.Recipient?.ChangedAt ?? at }.Max();
        return this with
        {
            ErasedAt = erasedAt,
            Registration = Registration with { Recipient = null },
            Timeline = Timeline.WithoutNames(),
            LinkEpoch = LinkEpoch + 1,
            Outbox = [],
            // Notes are the recipient's own words.
            Commands = [.. Commands.Select(known => known.Instruction is { Note: not null } noted ? known with { Instruction = noted with { Note = null } } : known)],
        };
    }

    /// <summary>Entries that have reached their topic go.</summary>
    public Shipment WithSent(IReadOnlyCollection<string> outboxKeys)
    {
        var left = Outbox.RemoveAll(entry => outboxKeys.Contains(entry.Key));
        return left.Length == Outbox.Length ? this : this with { Outbox = left };
    }

    static bool IsNewer(VehicleProgress a, VehicleProgress b)
        => a.ManifestRecordTime != b.ManifestRecordTime
            ? a.ManifestRecordTime > b.ManifestRecordTime
            : a.Vehicle > b.Vehicle;
}

/// <summary>What became of one command.</summary>
/// <param name="RefusedBecause">A word for it; null: accepted.</param>
public sealed record CommandOutcome(string CommandId, DateTimeOffset At, Instruction? Instruction, string? RefusedBecause);
