using TrackingSilo.Domain.Arrivals;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.LoadTests.Arrivals;

/// <summary>All ways' errors over the rows whose feed's prediction lay in one span of minutes.</summary>
sealed class Horizon(int fromMinutes, int? toMinutes)
{
    double _ours;
    double _feed;
    double _schedule;
    double _straight;
    double _width;
    int _inWindow;

    public int FromMinutes => fromMinutes;

    /// <summary>Null: without an end.</summary>
    public int? ToMinutes => toMinutes;

    public int N { get; private set; }
    public double MaeOurs => Mean(_ours);
    public double? MaeFeed => double.IsNaN(_feed) ? null : Mean(_feed);
    public double MaeSchedule => Mean(_schedule);
    public double MaeStraight => Mean(_straight);
    public double Coverage => Mean(_inWindow);
    public double MeanWidthMinutes => Mean(_width);

    public void Add(ArrivalQuestion question, ArrivalEstimate estimate, DateTimeOffset schedule, DateTimeOffset straight)
    {
        N++;
        _ours += Error(estimate.Median);
        _feed += question.Predicted is { } predicted ? Error(predicted) : double.NaN;
        _schedule += Error(schedule);
        _straight += Error(straight);
        _width += (estimate.High - estimate.Low).TotalMinutes;
        _inWindow += question.ArrivedAt >= estimate.Low && question.ArrivedAt <= estimate.High ? 1 : 0;

        double Error(DateTimeOffset said) => Math.Abs((question.ArrivedAt - said).TotalMinutes);
    }

    double Mean(double sum) => N == 0 ? 0 : Math.Round(sum / N, 3);
}

/// <summary>
/// TransitApp's rule: the share of estimates whose vehicle came no earlier and no later than is forgiven at that time to arrival, as the plain mean over four spans. A row's span is that of its true
/// time to arrival, so that all ways are judged on the same rows.
/// </summary>
sealed class TransitScore
{
    static readonly (double ToMinutes, double Early, double Late)[] s_spans = [(3, 0.5, 1.5), (6, 1, 2.5), (10, 1, 3.5), (15, 1.5, 4.5)];

    readonly int[] _within = new int[s_spans.Length];
    readonly int[] _count = new int[s_spans.Length];

    public double Share => Math.Round(Enumerable.Range(0, s_spans.Length).Average(span => _count[span] == 0 ? 0 : _within[span] / (double)_count[span]), 4);

    public void Add(ArrivalQuestion question, DateTimeOffset said)
    {
        var span = Array.FindIndex(s_spans, span => (question.ArrivedAt - question.AskedAt).TotalMinutes <= span.ToMinutes);
        if (span < 0)
            return;
        var lateMinutes = (question.ArrivedAt - said).TotalMinutes;
        _count[span]++;
        _within[span] += lateMinutes >= -s_spans[span].Early && lateMinutes <= s_spans[span].Late ? 1 : 0;
    }
}
