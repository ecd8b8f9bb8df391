using System.Globalization;
using TrackingSilo.Domain.Arrivals;
using TrackingSilo.LoadTests.Measuring;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.LoadTests.Arrivals;

/// <summary>Replays a fleet, asks each question at its moment, and holds all answers against the truth.</summary>
sealed class Scoring(TextWriter? details)
{
    readonly FleetUnderTest _fleet = new();
    readonly Baselines _baselines = new();
    readonly Horizon[] _horizons = [new(0, 5), new(5, 10), new(10, 15), new(15, 20), new(20, 25), new(25, null)];
    readonly TransitScore _ours = new();
    readonly TransitScore _feed = new();
    readonly TransitScore _schedule = new();
    readonly TransitScore _straight = new();
    readonly Dictionary<(string Vehicle, string Stop), ArrivalEstimate> _shown = [];
    int _records;
    int _unanswered;
    int _deliveries;
    int _revisions;

    public void Run(RecordedFleet recorded, IProgress<double> progress)
    {
        details?.WriteLine("day,vehicle,stop,asked,horizon,ours,low,high,feed,schedule,straight");
        foreach (var question in recorded.Questions)
        {
            for (; _records < recorded.Records.Count && recorded.Records[_records].RecordTime <= question.AskedAt; _records++)
            {
                var record = recorded.Records[_records];
                _fleet.Apply(record);
                _baselines.Apply(record);
                if (_records % 500 == 0)
                    progress.Report(_records / (double)recorded.Records.Count);
            }
            Ask(question);
        }
    }

    void Ask(ArrivalQuestion question)
    {
        var (schedule, straight) = (_baselines.Schedule(question), _baselines.Straight(question));
        if (_fleet.Ask(question.Vehicle, question.StopId, question.AskedAt) is not { } estimate)
        {
            _unanswered++;
            return;
        }
        var minutes = ((question.Predicted ?? question.ArrivedAt) - question.AskedAt).TotalMinutes;
        var horizon = _horizons.Last(horizon => minutes >= horizon.FromMinutes || horizon.FromMinutes == 0);
        horizon.Add(question, estimate, schedule, straight);
        _ours.Add(question, estimate.Median);
        _schedule.Add(question, schedule);
        _straight.Add(question, straight);
        if (question.Predicted is { } predicted)
            _feed.Add(question, predicted);
        CountRevision(question, estimate);
        details?.WriteLine(string.Join(',', question.AskedAt.Date.ToString("yyyyMMdd", CultureInfo.InvariantCulture), question.Vehicle.Name, question.StopId,
            question.AskedAt.ToUnixTimeSeconds(), Text(minutes * 60), Off(estimate.Median), Off(estimate.Low), Off(estimate.High), Off(question.Predicted ?? question.ArrivedAt), Off(schedule), Off(straight)));

        string Off(DateTimeOffset said) => Text((question.ArrivedAt - said).TotalSeconds);
        static string Text(double seconds) => seconds.ToString("F0", CultureInfo.InvariantCulture);
    }

    // One vehicle's visits to one stop are hours apart.
    void CountRevision(ArrivalQuestion question, ArrivalEstimate estimate)
    {
        var key = (question.Vehicle.Value, question.StopId);
        if (!_shown.TryGetValue(key, out var before) || estimate.Median - before.Median > TimeSpan.FromMinutes(30))
            _deliveries++;
        else if (estimate.Low > before.Low.AddSeconds(1) && before.Low < question.AskedAt ? estimate.High != before.High : estimate.Low != before.Low || estimate.High != before.High)
            _revisions++;
        _shown[key] = estimate;
    }

    public void Say(LoadTest test, string name, Cost cost)
    {
        var asked = _horizons.Sum(horizon => horizon.N);
        test.Say(FormattableString.Invariant($"{name}: {_records:N0} records, {asked:N0} rows answered by all, {_unanswered:N0} that ours had no answer to; {cost.Cpu.TotalSeconds:F0} s of processor time, {_fleet.LearnedBytes / 1024:N0} KiB learned."));
        test.Say("");
        test.Say("Mean absolute error in minutes, by how far away the feed said the vehicle was:");
        test.Say("");
        test.Table(
            ["minutes", "rows", "ours", "the feed's own", "schedule", "straight line", "window holds", "mean width"],
            _horizons.Select(h => new object[]
            {
                h.ToMinutes is { } to ? $"{h.FromMinutes}–{to}" : $"{h.FromMinutes}+", h.N, h.MaeOurs, h.MaeFeed as object ?? "", h.MaeSchedule, h.MaeStraight,
                FormattableString.Invariant($"{h.Coverage:P1}"), FormattableString.Invariant($"{h.MeanWidthMinutes:F1} min"),
            }));
        test.Say("Schedule: the trip's planned start and the mean running time of earlier trips. TransitApp's score, on rows at most 15 minutes from the truth:");
        test.Say("");
        test.Table(["ours", "the feed's own", "schedule", "straight line"], [[_ours.Share, _feed.Share, _schedule.Share, _straight.Share]]);
        test.Say(FormattableString.Invariant($"The window shown changed {_revisions / (double)Math.Max(1, _deliveries):F2} times a vehicle and stop, between {asked / (double)Math.Max(1, _deliveries):F1} looks. The engine's own scores: {_fleet.Scores:N0}, {_fleet.ScoresInWindow / (double)Math.Max(1, _fleet.Scores):P1} in the window."));
        test.Say("");
    }

    public object Result() => new
    {
        horizons = _horizons,
        transitScoreOurs = _ours.Share,
        transitScoreFeed = _feed.Share,
        unanswered = _unanswered,
        revisionsPerDelivery = Math.Round(_revisions / (double)Math.Max(1, _deliveries), 3),
    };
}
