using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Tests.Vehicles;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Geofences;

/// <summary>One vehicle at fences: gives it fixes, and keeps what was told and what of it still stands.</summary>
sealed class Follower(GeofenceIndex index)
{
    static readonly DateTimeOffset RecordTime = Ground.Noon.AddHours(2);

    readonly List<FenceEvent> _events = [];
    readonly List<FenceEvent> _all = [];

    public GeofenceIndex Index { get; set; } = index;
    public FixWindow Window { get; private set; } = new();
    public FenceMemberships Fences { get; private set; } = new();

    /// <summary>Everything, as "kind fence second", with a minus where it was taken back.</summary>
    public List<string> Told => _all.ConvertAll(Written);

    /// <summary>What was told and not taken back, by time.</summary>
    public List<string> Standing
    {
        get
        {
            var standing = new List<FenceEvent>();
            foreach (var told in _all)
            {
                if (!told.IsRetraction)
                    standing.Add(told);
                else
                    Assert.Equal(1, standing.RemoveAll(known => known.IsSameAs(told)));
            }
            return [.. standing.OrderBy(e => e.At).ThenBy(e => e.FenceId, StringComparer.Ordinal).ThenBy(e => e.Kind).Select(Written)];
        }
    }

    public IReadOnlyList<FenceEvent> Events => _all;

    public static Geofence Block(string id, double west, double south, double east, double north, GeofenceKind kind = GeofenceKind.District, FenceRule? rule = null)
    {
        var (low, high) = (Ground.At(west, south), Ground.At(east, north));
        var area = new GeometryFactory().ToGeometry(new Envelope(low.Longitude, high.Longitude, low.Latitude, high.Latitude));
        return Geofence.FromArea(id, id, kind, area, rule);
    }

    public Follower Drive(params IEnumerable<Fix> fixes)
    {
        foreach (var fix in fixes)
        {
            var verdict = Window.Add(fix, RecordTime, Fences);
            if (Window.Change != WindowChange.Nothing)
                Fences.Update(Index, Window, _events);
            else if (verdict == FixVerdict.TooLate)
                Fences.Walk(fix, _events);
            Take();
        }
        return this;
    }

    public void Silence(double second)
    {
        Fences.Silence(Ground.Noon.AddSeconds(second), _events);
        Take();
    }

    public void Refence(GeofenceIndex index, double second)
    {
        Index = index;
        Fences.Refence(index, Window, Ground.Noon.AddSeconds(second), _events);
        Take();
    }

    /// <summary>As a restart would.</summary>
    public void WriteAndRead()
    {
        var buffer = new byte[Math.Max(FixWindow.PackedMaxBytes, FenceMemberships.PackedMaxBytes)];
        var fences = FenceMemberships.Read(buffer.AsSpan(0, Fences.WriteTo(Window, buffer)));
        Window = FixWindow.Read(buffer.AsSpan(0, Window.WriteTo(buffer)));
        Fences = fences;
        Fences.Refence(Index, Window, Ground.Noon, _events);
    }

    void Take()
    {
        _all.AddRange(_events);
        _events.Clear();
    }

    static string Written(FenceEvent e) => FormattableString.Invariant($"{(e.IsRetraction ? "-" : "")}{e.Kind} {e.FenceId} {(e.At - Ground.Noon).TotalSeconds:0.0}");
}
