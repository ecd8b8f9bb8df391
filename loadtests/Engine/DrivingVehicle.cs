using TrackingSilo.Domain.Geography;
using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.LoadTests.Engine;

/// <summary>A van on its tour, one fix in five seconds: it drives from stop to stop, stands a minute at each, and its receiver errs by some metres.</summary>
sealed class DrivingVehicle(string key, int partition, IReadOnlyList<GeoPoint> route, DateTimeOffset start)
{
    const double StepSeconds = 5;
    const double MetresPerSecond = 8;
    const int FixesAtStop = 12;

    int _next = 1;
    int _standing = FixesAtStop;
    double _metres;
    double _northShare = 1;
    double _eastShare;
    float _heading;
    double _legMetres;

    public string Key { get; } = key;
    public int Partition { get; } = partition;
    public IReadOnlyList<GeoPoint> Route { get; private set; } = route;
    public DateTimeOffset At { get; private set; } = start;
    public long ManifestVersion { get; private set; } = 1;
    public bool IsDone => _next == Route.Count && _standing == 0;

    public void Begin(IReadOnlyList<GeoPoint> route)
    {
        Route = route;
        ManifestVersion++;
        (_next, _standing, _metres) = (1, FixesAtStop, 0);
    }

    public Fix Drive(Random random)
    {
        At = At.AddSeconds(StepSeconds);
        var stands = _standing > 0;
        if (stands)
        {
            if (--_standing == 0 && _next < Route.Count)
                TurnToNext();
        }
        else
        {
            _metres = Math.Min(_metres + (StepSeconds * MetresPerSecond), _legMetres);
        }
        var from = Route[_next - 1];
        var (north, east) = (Noise(random) + (_metres * _northShare), Noise(random) + (_metres * _eastShare));
        if (!stands && _metres >= _legMetres)
            (_next, _standing, _metres) = (_next + 1, FixesAtStop, 0);
        return new Fix
        {
            Place = GeoPoint.Create(
                from.Latitude + (north / GeoPoint.MetresPerDegree),
                from.Longitude + (east / (GeoPoint.MetresPerDegree * Math.Cos(from.Latitude * Math.PI / 180)))),
            At = At,
            AccuracyMetres = 6,
            SpeedMetresPerSecond = stands ? 0.2f : (float)MetresPerSecond,
            HeadingDegrees = stands ? float.NaN : _heading,
        };
    }

    void TurnToNext()
    {
        var (from, to) = (Route[_next - 1], Route[_next]);
        var towards = new LocalPlane(from).Project(to);
        _legMetres = towards.Length;
        (_northShare, _eastShare) = (towards.North / _legMetres, towards.East / _legMetres);
        _heading = (float)((Math.Atan2(towards.East, towards.North) * 180 / Math.PI + 360) % 360);
        _metres = 0;
    }

    static double Noise(Random random) => (random.NextDouble() + random.NextDouble() - 1) * 8;
}
