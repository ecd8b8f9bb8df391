using System.Globalization;
using System.Text.Json.Nodes;
using TrackingSilo.Domain.Time;
using TrackingSilo.Kafka;

namespace TrackingSilo.Simulation.Demo;

/// <summary>What came of a demo, as one JSON object: what the server counted, what stands in the topics, and what was sent.</summary>
sealed class DemoReport(IMessageSource source, DemoOptions options, ClockSchedule clock, Ledger ledger, KafkaTopics topics)
{
    public required double Seconds { get; init; }

    /// <summary>The server's answer to <c>/ops/statistics</c>.</summary>
    public required JsonNode? Statistics { get; init; }

    public required long ViewsReceived { get; init; }
    public required int Instructions { get; init; }
    public required IReadOnlyList<string> ViewersTroubles { get; init; }

    JsonNode? Engine => Statistics?["engine"];
    JsonNode? Push => Statistics?["push"];

    public JsonObject ToJson(BrokerReadings readings, DemoFeed feed)
    {
        var refused = readings.CountByHeader(new KafkaTopic(topics.Refused, KafkaTopic.Outputs(topics)[0].Partitions), "reason");
        return new JsonObject
        {
            ["source"] = source.Name,
            ["seed"] = options.Seed,
            ["seconds"] = Math.Round(Seconds, 1),
            ["speed"] = options.Speed,
            ["domainFrom"] = source.StartsAt.ToString("O", CultureInfo.InvariantCulture),
            ["domainTo"] = clock.ToDomain(clock.RealStart + TimeSpan.FromSeconds(Seconds)).ToString("O", CultureInfo.InvariantCulture),
            ["eventsByTopic"] = Object(KafkaTopic.Inputs(topics).Select(topic => (topic.Name, readings.Records(topic)))),
            ["verdicts"] = Copy(Engine?["verdicts"]),
            ["refusedByReason"] = Object(refused.Select(reason => (reason.Key, reason.Value))),
            ["shipmentsByStatus"] = Copy(Engine?["shipments"]),
            ["milestones"] = Copy(Engine?["milestones"]),
            ["viewsPushed"] = (long?)Push?["viewsPushed"] ?? 0,
            ["engine"] = Numbers(
                Engine, "vehiclesInMemory", "stopsDone", "fencesEntered", "fencesExited", "arrivalsScored", "arrivalsInWindow", "milestonesMissed", "timersFired",
                "tellsConfirmed", "replayed", "actorsLoaded", "actorsWoken", "actorsPassivated"),
            ["arrows"] = Arrows(readings, feed, refused.Values.Sum()),
            ["sent"] = Sent(),
            ["failures"] = new JsonObject
            {
                ["actorFailures"] = (long?)Engine?["actorFailures"] ?? 0,
                ["gaps"] = (long?)Engine?["gaps"] ?? 0,
                ["kafka"] = Object(feed.Sender.Failures.Select(failure => (failure.Key, failure.Value))),
                ["gateway"] = feed.Gateway?.Trouble,
                ["viewers"] = new JsonArray([.. ViewersTroubles.Select(why => JsonValue.Create(why))]),
                ["waitingInOutbox"] = WaitingInOutbox(Statistics),
                ["droppedByBroker"] = KafkaTopic.Inputs(topics).Sum(readings.Dropped),
            },
        };
    }

    /// <summary>The numbers of an object, summed; of a number, itself.</summary>
    public static long Sum(JsonNode? counts) => counts switch
    {
        JsonObject many => many.Sum(one => Sum(one.Value)),
        JsonValue one when one.TryGetValue<long>(out var count) => count,
        _ => 0,
    };

    /// <summary>Notifications and instructions that have been decided and not reached their topic.</summary>
    public static long WaitingInOutbox(JsonNode? statistics)
        => ((long?)statistics?["engine"]?["outboxEntriesHandedOver"] ?? 0) - ((long?)statistics?["engine"]?["outboxEntriesSent"] ?? 0);

    // One counter for every arrow of the architecture's picture.
    JsonObject Arrows(BrokerReadings readings, DemoFeed feed, long refused) => new()
    {
        ["httpToGatewayRequests"] = feed.Gateway?.Requests ?? 0,
        ["gatewayToKafkaMessages"] = feed.Gateway?.Accepted ?? 0,
        ["gatewayToCarriersRefusedLines"] = feed.Gateway?.Refused ?? 0,
        ["pagesToCommandsInstructions"] = Instructions,
        ["carriersToKafkaMessages"] = Enum.GetValues<MessageTopic>().Sum(feed.Sender.Acknowledged),
        ["kafkaToIngestionMessages"] = Sum(Statistics?["ingestion"]?["consumed"]),
        ["ingestionToRefusedTopic"] = refused,
        ["ingestionToEngineReports"] = Sum(Engine?["applied"]),
        ["vehicleToShipmentTells"] = (long?)Engine?["tells"] ?? 0,
        ["engineToPushViews"] = (long?)Engine?["viewsPublished"] ?? 0,
        ["pushToPagesViews"] = (long?)Push?["viewsPushed"] ?? 0,
        ["pushToFleetPageUpdates"] = (long?)Push?["fleetUpdatesPushed"] ?? 0,
        ["viewersReceived"] = ViewsReceived,
        ["engineToOutboxEntries"] = (long?)Engine?["outboxEntriesHandedOver"] ?? 0,
        ["outboxToNotificationsTopic"] = readings.Records(KafkaTopic.Outputs(topics)[1]),
        ["outboxToInstructionsTopic"] = readings.Records(KafkaTopic.Outputs(topics)[2]),
        ["engineToStoreCheckpoints"] = (long?)Engine?["checkpoints"] ?? 0,
        ["engineToStoreSnapshots"] = (long?)Engine?["snapshotsSaved"] ?? 0,
        ["offsetsCommitted"] = KafkaTopic.Inputs(topics).Sum(topic => readings.Progress(topic).Committed),
    };

    // The simulation's own account, to hold against the server's.
    JsonObject Sent() => new()
    {
        ["messages"] = Object(ledger.Messages.Select(topic => (Name(topic.Key), topic.Value))),
        ["faults"] = Object(ledger.Faults.Select(fault => (Name(fault.Key), fault.Value))),
        ["mustBeRefused"] = Object(ledger.RefusedByReason.Select(reason => (reason.Key, reason.Value))),
        ["statusExpected"] = Object(ledger.Shipments.Values.CountBy(account => account.ExpectedStatus).Select(status => (Name(status.Key), (long)status.Value))),
    };

    static string Name<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    static JsonObject Object(IEnumerable<(string Name, long Count)> counts)
        => new(counts.OrderBy(count => count.Name, StringComparer.Ordinal).Select(count => KeyValuePair.Create(count.Name, (JsonNode?)JsonValue.Create(count.Count))));

    static JsonObject Numbers(JsonNode? from, params ReadOnlySpan<string> names)
    {
        var numbers = new JsonObject();
        foreach (var name in names)
            numbers[name] = (long?)from?[name] ?? 0;
        return numbers;
    }

    static JsonNode Copy(JsonNode? counts) => counts?.DeepClone() ?? new JsonObject();
}
