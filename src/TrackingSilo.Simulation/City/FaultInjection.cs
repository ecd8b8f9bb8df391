using System.Text;
using System.Text.Json.Nodes;

namespace TrackingSilo.Simulation;

/// <summary>What happens to messages on their way: they come late, twice, out of order, or broken.</summary>
sealed class FaultInjection(Fault faults, Random luck)
{
    readonly PriorityQueue<SimulatedMessage, (DateTimeOffset, long)> _onTheWay = new();
    long _entered;

    /// <param name="messages">In order of their sending.</param>
    /// <returns>In order of their sending, as it turned out.</returns>
    public IEnumerable<SimulatedMessage> Inject(IEnumerable<SimulatedMessage> messages)
    {
        foreach (var message in messages)
        {
            // Nothing is ever sent earlier than planned.
            while (_onTheWay.TryPeek(out var next, out _) && next.SendAt <= message.SendAt)
                yield return _onTheWay.Dequeue();
            foreach (var sent in Send(message))
                _onTheWay.Enqueue(sent, (sent.SendAt, _entered++));
        }
        while (_onTheWay.TryDequeue(out var last, out _))
            yield return last;
    }

    IEnumerable<SimulatedMessage> Send(SimulatedMessage message)
    {
        var isPosition = message.Topic == MessageTopic.Positions;
        if (faults.HasFlag(Fault.Garbled) && luck.Chance(isPosition ? 0.002 : 0.01) && Garble(message) is { } garbled)
            yield return garbled;
        if (faults.HasFlag(Fault.Late) && luck.Chance(0.01))
            message = Delay(message, Fault.Late, isPosition ? luck.Between(30, 300) : luck.Between(60, 900));
        else if (faults.HasFlag(Fault.Reordered) && luck.Chance(0.02))
            message = Delay(message, Fault.Reordered, isPosition ? luck.Between(6, 20) : luck.Between(20, 120));
        yield return message;
        if (faults.HasFlag(Fault.Duplicated) && luck.Chance(0.015))
            yield return Delay(message, Fault.Duplicated, luck.Between(0, 40));
    }

    static SimulatedMessage Delay(SimulatedMessage message, Fault fault, double seconds)
        => message with { SendAt = message.SendAt + TimeSpan.FromSeconds(seconds), Faults = message.Faults | fault };

    SimulatedMessage? Garble(SimulatedMessage message)
    {
        var (reason, value) = luck.Next(8) switch
        {
            0 => ("not-json", "\u0001\u0002 buffer overrun at 0x7ffe"u8.ToArray()),
            1 => ("not-json", message.Value[..(message.Value.Length / 2)]),
            2 => ("empty", []),
            3 => ("bad-identity", Changed(message, "carrier", "No Such Carrier!")),
            4 => ("missing-property", Changed(message, "carrier", null)),
            5 => ("not-json", Encoding.UTF8.GetBytes("<scan>" + message.Key + "</scan>")),
            6 when message.Topic is MessageTopic.Scans => ("from-the-future", Changed(message, "occurredAt", (message.SendAt + TimeSpan.FromDays(40)).ToString("O"))),
            7 when message.Topic is MessageTopic.Scans => ("bad-instant", Changed(message, "occurredAt", "yesterday, about noon")),
            7 when message.Topic is MessageTopic.Positions => ("bad-instant", Changed(message, "at", "14:03")),
            6 when message.Topic is MessageTopic.Positions => ("bad-value", Changed(message, "latitude", 123.456)),
            7 when message.Topic is MessageTopic.Manifests => ("bad-value", Changed(message, "stops", "none today")),
            _ => ("", []),
        };
        return reason.Length == 0 ? null : message with { Value = value, Fact = new RefusedFact(reason), Faults = Fault.Garbled };
    }

    static byte[] Changed(SimulatedMessage message, string property, JsonNode? value)
    {
        var json = JsonNode.Parse(message.Value)!.AsObject();
        if (value is null)
            json.Remove(property);
        else
            json[property] = value;
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
