using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Vehicles;

/// <summary>One fix as progress looks at it.</summary>
readonly struct Sighting
{
    const long SparseMs = 60_000;

    // A slower vehicle may point anywhere.
    const float HeadingMinMetresPerSecond = 2;

    /// <param name="fix">The fix.</param>
    /// <param name="lastMs">Time of the one before; <see cref="long.MinValue"/> for the first.</param>
    public Sighting(in Fix fix, long lastMs)
    {
        Plane = new LocalPlane(fix.Place);
        Ms = FixGrid.Milliseconds(fix);
        UnseenMs = lastMs == long.MinValue ? 0 : Ms - lastMs;
        AccuracyMetres = fix.AccuracyMetres >= 0 ? fix.AccuracyMetres : FixWindow.UsualAccuracyMetres;
        Radius = Math.Max(RouteMatch.NearMetres, AccuracyMetres);
        var heading = fix.SpeedMetresPerSecond >= HeadingMinMetresPerSecond ? fix.HeadingDegrees * (MathF.PI / 180) : float.NaN;
        if (!float.IsNaN(heading))
        {
            HasHeading = true;
            var (sine, cosine) = MathF.SinCos(heading);
            Heading = new PlanePoint(sine, cosine);
        }
        SpeedMetresPerSecond = fix.SpeedMetresPerSecond;
    }

    /// <summary>A flat map around the place.</summary>
    public LocalPlane Plane { get; }

    public GeoPoint Place => Plane.Centre;

    public long Ms { get; }

    /// <summary>Since the fix before; 0 for the first.</summary>
    public long UnseenMs { get; }

    /// <summary>So long after the one before that much can have happened unseen.</summary>
    public bool IsSparse => UnseenMs >= SparseMs;

    public double AccuracyMetres { get; }

    /// <summary>Metres within which a stop or a street is here.</summary>
    public double Radius { get; }

    /// <summary>False where the heading is unknown, or the vehicle hardly moves.</summary>
    public bool HasHeading { get; }

    /// <summary>A metre in the direction in which the vehicle points.</summary>
    public PlanePoint Heading { get; }

    public float SpeedMetresPerSecond { get; }

    public double MetresTo(GeoPoint place) => Plane.Project(place).Length;

    public bool IsWithin(double metres, GeoPoint place) => Plane.Project(place).LengthSquared <= metres * metres;
}
