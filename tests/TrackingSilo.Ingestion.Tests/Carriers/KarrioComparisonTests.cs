using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Ingestion.Carriers;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Ingestion.Tests.Consumers;
using TrackingSilo.Ingestion.Tests.Gateway;

namespace TrackingSilo.Ingestion.Tests.Carriers;

/// <summary>
/// Every raw answer goes in through the endpoint; what stands in the log afterwards is folded and compared, event by event, with what karrio makes of the same answer. The table
/// <c>carriers/compared-with-karrio.md</c> is what this test finds: run it with UPDATE_TABLES=1 to write it anew.
/// </summary>
public sealed class KarrioComparisonTests
{
    /// <summary>Why ours is right where it differs: by carrier, code, karrio's status and ours.</summary>
    static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["bpost L00 on_hold OutForDelivery"] = "\"BoundToRound - out_for_distribution\": it is in the postman's bag, not on hold.",
        ["dhl-parcel-de PO in_transit OutForDelivery"] = "\"Loaded onto the delivery vehicle\", in short \"In delivery\".",
        ["dpd ReturningFromDelivery out_for_delivery AttemptFailed"] = "\"After an unsuccessful delivery attempt the parcel is back\": the try is over.",
        ["landmark 400 delivery_delayed AttemptFailed"] = "\"Attempted delivery\": karrio itself gives the reason consignee_not_available.",
        ["laposte ET1 out_for_delivery InTransit"] = "\"En transit sur nos plateformes logistiques\", days before the delivery.",
        ["mydhl PU pending InTransit"] = "\"Shipment picked up\"; karrio's own dhl_express calls the same code picked_up.",
        ["ups SR on_hold InTransit"] = "\"Released by the customs agency\": the hold has ended.",
        ["landmark 500 order"] = "The carrier dates the delivery before the depot scans of that day; ours shows what it says, and the status is Delivered all the same.",
    };

    [Fact]
    public async Task Every_carriers_answers_come_to_what_karrio_makes_of_them()
    {
        if (KarrioAnswers.Folder is not { } folder)
            return;
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap, new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero)));
        var taken = 0;
        foreach (var answer in KarrioAnswers.All)
            taken += await SendAsync(gateway, answer, Path.Combine(folder, answer.Raw));
        var shipments = Fold(log.Read(Log.Topics.Scans, taken).Select(record => record.Message.Value));
        var rows = KarrioAnswers.All.SelectMany(answer => KarrioAnswers.Parsed(Path.Combine(folder, answer.Parsed)).SelectMany(tracker => Compare(answer, tracker, shipments))).ToList();

        Assert.Equal(249, rows.Count);
        Assert.Equal(26, rows.Select(row => row.Carrier).Distinct().Count());
        Assert.DoesNotContain(rows, row => row.Difference is not null && row.Reason is null);
        Assert.Empty(s_reasons.Keys.Except(rows.Select(row => row.Key!)));
        var equal = rows.Count(row => row.Difference is null);
        Assert.True(equal >= 0.95 * rows.Count, $"{equal} of {rows.Count}");
        CheckedTable.Check("carriers/compared-with-karrio.md", Table(rows));
    }

    [Fact]
    public async Task An_answer_without_events_is_refused_with_a_reason()
    {
        if (KarrioAnswers.Folder is not { } folder)
            return;
        await using var log = await Log.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(log.Bootstrap);
        var raw = KarrioAnswers.All.Select(answer => answer.Raw).ToHashSet(StringComparer.Ordinal);
        var others = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
            .Where(name => name.Contains("__", StringComparison.Ordinal) && !name.Contains("__parsed", StringComparison.OrdinalIgnoreCase) && !raw.Contains(name)).ToArray();
        foreach (var name in others)
        {
            var carrier = name[..name.IndexOf("__", StringComparison.Ordinal)].Replace('_', '-');
            var content = RunningGateway.Content(await File.ReadAllBytesAsync(Path.Combine(folder, name)), name.EndsWith(".xml", StringComparison.Ordinal) ? "text/xml" : "application/json");
            using var response = await gateway.PostAsync($"carriers/{carrier}/events?trackingNumber=1", content, "key-all");
            Assert.True(response.StatusCode == HttpStatusCode.UnprocessableEntity, $"{name}: {response.StatusCode}");
        }
        Assert.Equal(others.Length, log.Read(Log.Topics.Refused, others.Length).Count);
    }

    static async Task<int> SendAsync(RunningGateway gateway, KarrioAnswers.Answer answer, string path)
    {
        var query = answer.TrackingNumber is null ? "" : "?trackingNumber=" + answer.TrackingNumber;
        using var response = await gateway.PostAsync(
            $"carriers/{answer.Carrier}/events{query}", RunningGateway.Content(await File.ReadAllBytesAsync(path), answer.ContentType), "key-all");
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{answer.Raw}: {response.StatusCode} {body}");
        var said = JsonNode.Parse(body)!;
        Assert.True((int)said["refused"]! == 0, $"{answer.Raw}: {body}");
        return (int)said["accepted"]!;
    }

    static Dictionary<string, Timeline> Fold(IEnumerable<byte[]> records)
    {
        var decoder = new ScanDecoder(CarrierFiles.Load(CarrierFiles.DefaultFolder).Vocabularies);
        var shipments = new Dictionary<string, Timeline>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            var decoded = decoder.Decode(record, 0, new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
            Assert.False(decoded.IsRefused, decoded.Detail);
            shipments[decoded.Report.Key] = shipments.GetValueOrDefault(decoded.Report.Key, Timeline.Empty).With((Scan)decoded.Report.Body!);
        }
        return shipments;
    }

    static IEnumerable<Row> Compare(KarrioAnswers.Answer answer, KarrioAnswers.Tracker tracker, Dictionary<string, Timeline> shipments)
    {
        Assert.True(ShipmentId.TryCreate(answer.Carrier, answer.TrackingNumber ?? tracker.Number, out var id));
        var timeline = shipments.GetValueOrDefault(id.Value, Timeline.Empty);
        var newestFirst = tracker.Events.Count > 1 && tracker.Events[0].At > tracker.Events[^1].At;
        var unmatched = timeline.Scans.ToList();
        var matched = (newestFirst ? tracker.Events.Reverse() : tracker.Events).Select(expected => (Expected: expected, Scan: Match(expected, timeline, unmatched))).ToArray();
        // Within one instant there is no order.
        var inOrder = LongestRising([.. matched.Select(pair => pair.Scan?.OccurredAt.UtcTicks ?? -1)]);
        for (var i = 0; i < matched.Length; i++)
        {
            var (expected, scan) = matched[i];
            yield return RowOf(answer.Carrier, expected, scan, timeline.Standing, inOrder.Contains(i));
        }
    }

    static Row RowOf(string carrier, KarrioAnswers.Expected expected, Scan? scan, Standing standing, bool inOrder)
    {
        if (scan is null)
            return new Row(carrier, expected, null, $"{carrier} {expected.Code} missing", "not there");
        if (carrier == "australiapost")
        {
            // Its events have neither code nor status; karrio writes the item's status beside each, so it is compared with the item's.
            var same = expected.Status == "delivered" && standing.Status == ShipmentStatus.Delivered;
            return new Row(carrier, expected, scan, same ? null : $"{carrier} item {standing.Status}", same ? null : "another status", OfItem: true);
        }
        if (!inOrder)
            return new Row(carrier, expected, scan, $"{carrier} {expected.Code} order", "another place in the order");
        if (expected.Status is null || IsSame(expected.Status, scan))
            return new Row(carrier, expected, scan, null, null);
        return new Row(carrier, expected, scan, $"{carrier} {expected.Code} {expected.Status} {StatusOf(scan)?.ToString() ?? scan.Event.ToString()}", "another status");
    }

    static ShipmentStatus? StatusOf(Scan scan) => LifeCycle.Next(ShipmentStatus.Registered, scan.Event)?.To;

    static bool IsSame(string status, Scan scan) => status switch
    {
        "pending" => StatusOf(scan) == ShipmentStatus.Registered,
        "picked_up" or "in_transit" => StatusOf(scan) == ShipmentStatus.InTransit,
        "out_for_delivery" => StatusOf(scan) == ShipmentStatus.OutForDelivery,
        "ready_for_pickup" => StatusOf(scan) == ShipmentStatus.ReadyForPickup,
        "delivery_failed" => StatusOf(scan) == ShipmentStatus.AttemptFailed,
        "delivered" => StatusOf(scan) == ShipmentStatus.Delivered,
        "return_to_sender" => StatusOf(scan) == ShipmentStatus.Returning,
        "cancelled" => StatusOf(scan) == ShipmentStatus.Cancelled,
        "on_hold" => scan.Event == ScanEvent.Held,
        "delivery_delayed" => scan.Event == ScanEvent.Delayed,
        "unknown" => scan.Event == ScanEvent.Unrecognised,
        _ => throw new InvalidOperationException($"Karrio has no status '{status}'."),
    };

    // By code and clock; one that came twice in the answer is one scan of ours. The second try finds what karrio shifts by half a day.
    static Scan? Match(KarrioAnswers.Expected expected, Timeline timeline, List<Scan> unmatched)
    {
        var scan = unmatched.Find(one => Fits(one, 0)) ?? timeline.Scans.FirstOrDefault(one => Fits(one, 0)) ?? unmatched.Find(one => Fits(one, 12));
        if (scan is not null)
            unmatched.Remove(scan);
        return scan;

        bool Fits(Scan one, int hours)
        {
            var local = one.OccurredAt.DateTime.AddHours(-hours);
            return one.Code == expected.Code && local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute)) == expected.At;
        }
    }

    /// <summary>The places of a longest subsequence that never falls: what must move is least.</summary>
    static HashSet<int> LongestRising(long[] times)
    {
        var length = new int[times.Length];
        var before = new int[times.Length];
        var best = -1;
        for (var i = 0; i < times.Length; i++)
        {
            (length[i], before[i]) = (1, -1);
            for (var j = 0; j < i; j++)
            {
                if (times[j] <= times[i] && length[j] + 1 > length[i])
                    (length[i], before[i]) = (length[j] + 1, j);
            }
            if (best < 0 || length[i] > length[best])
                best = i;
        }
        var places = new HashSet<int>();
        for (; best >= 0; best = before[best])
            places.Add(best);
        return places;
    }

    static string Table(List<Row> rows)
    {
        var text = new StringBuilder();
        var equal = rows.Count(row => row.Difference is null);
        var strict = rows.Count(row => row.Difference is null && !(row.OfItem && row.Scan is { } scan && !IsSame(row.Expected.Status!, scan)));
        var instants = rows.Count(row => row.Scan is { } scan && Minute(scan.OccurredAt.DateTime) == row.Expected.At);
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Carriers' answers, compared with karrio

            The raw answers of 26 carriers, as the karrio project keeps them for its tests, went in through `POST /v1/carriers/{"{carrier}"}/events`. What stood in the log afterwards was folded
            and compared with karrio's expected results. This file is written and checked by `KarrioComparisonTests`.

            **{equal} of {rows.Count} events are equal in code, order and status ({100.0 * equal / rows.Count:0.0} %).** None is left out of the denominator.

            - Status is compared in our words: karrio's `picked_up` and `in_transit` are both in transit. Where karrio gives no status ({rows.Count(row => row.Expected.Status is null)} events), code and order are compared.
            - Within one instant there is no order. An event that an answer holds twice is one scan.
            - Australia Post's events have neither code nor status, and karrio writes the item's status beside each of them, so it is compared with the item's. Taken as the status of each event
              ("Onboard for delivery" as delivered), {strict} of {rows.Count} are equal ({100.0 * strict / rows.Count:0.0} %).
            - Instants: an offset in the answer counts, else one beside the time, else the zone of the carrier's file. On the clock of the place, to the minute, {instants} of {rows.Count} are equal
              to karrio's; in the others karrio drops a PM.

            | carrier | events | without karrio's status | equal | recognised by us |
            | --- | ---: | ---: | ---: | ---: |
            """);
        foreach (var carrier in rows.GroupBy(row => row.Carrier).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {carrier.Key} | {carrier.Count()} | {carrier.Count(row => row.Expected.Status is null)} | {carrier.Count(row => row.Difference is null)} | {carrier.Count(row => row.Scan is { Event: not ScanEvent.Unrecognised })} |");
        }
        text.AppendLine("\n## Differences\n\n| carrier | code | karrio | ours | events | why ours is right |\n| --- | --- | --- | --- | ---: | --- |");
        foreach (var same in rows.Where(row => row.Difference is not null).GroupBy(row => row.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var row = same.First();
            var isOrder = row.Key!.EndsWith(" order", StringComparison.Ordinal);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Carrier} | {row.Expected.Code} | {(isOrder ? "later" : row.Expected.Status)} | {(isOrder ? "earlier" : StatusOf(row.Scan!)?.ToString() ?? row.Scan!.Event.ToString())} | {same.Count()} | {row.Reason} |");
        }
        return text.ToString();
    }

    static DateTime Minute(DateTime at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));

    sealed record Row(string Carrier, KarrioAnswers.Expected Expected, Scan? Scan, string? Key, string? Difference, bool OfItem = false)
    {
        public string? Reason => Key is null ? null : s_reasons.GetValueOrDefault(Key);
    }
}
