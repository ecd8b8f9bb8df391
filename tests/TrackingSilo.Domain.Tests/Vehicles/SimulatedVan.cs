using TrackingSilo.Domain.Vehicles;

namespace TrackingSilo.Domain.Tests.Vehicles;

/// <summary>A van that drives its tour along the streets of a grid town, with what it truly did beside the fixes that it sent.</summary>
sealed class SimulatedVan
{
    const double Block = 80;
    const double Speed = 8;

    readonly Random _random;
    readonly double _noise;
    readonly double _interval;
    double _second;
    double _nextFix;

    public SimulatedVan(int seed, int stops, double noiseMetres, double fixSeconds)
    {
        _random = new Random(seed);
        _noise = noiseMetres;
        _interval = fixSeconds;
        var places = Tour(stops);
        Plan = RoutePlan.From(Ground.Manifest(60, places));
        Drive(places);
    }

    public RoutePlan Plan { get; }

    /// <summary>Each fix, the stop that was reached last when it was taken, and the one that was left last; −1 before the first.</summary>
    public List<(Fix Fix, int Reached, int Left)> Log { get; } = [];

    public List<(double Arrived, double Left)> Truth { get; } = [];

    /// <summary>Houses in a few neighbouring blocks, along one street after the other, there and back.</summary>
    (double East, double North)[] Tour(int stops)
    {
        var places = new List<(double East, double North)>();
        for (var street = 0; places.Count < stops; street++)
        {
            var along = Enumerable.Range(0, 12).Select(_ => _random.NextDouble() * Block * 6).Order().ToList();
            if (street % 2 == 1)
                along.Reverse();
            foreach (var east in along)
                places.Add((east, (street * Block) + ((_random.Next(2) * 2) - 1) * 8));
        }
        return [.. places.Take(stops)];
    }

    void Drive((double East, double North)[] places)
    {
        var (east, north) = (-2500.0, -1500.0);
        var (reached, left) = (-1, -1);
        for (var stop = 0; stop < places.Length; stop++)
        {
            // To the street by a cross street, then along it.
            var street = Math.Round(places[stop].North / Block) * Block;
            if (Math.Abs(street - north) > 20)
            {
                var cross = Math.Round(east / Block) * Block;
                Go(ref east, ref north, cross, north, reached, left);
                Go(ref east, ref north, cross, street, reached, left);
            }
            Go(ref east, ref north, places[stop].East, street, reached, left);
            reached = stop;
            var arrived = _second;
            Stay(east, north, 25 + (_random.NextDouble() * 90), reached, left);
            left = stop;
            Truth.Add((arrived, _second));
        }
        Go(ref east, ref north, -2500, -1500, reached, left);
    }

    void Go(ref double east, ref double north, double toEast, double toNorth, int reached, int left)
    {
        var metres = Math.Sqrt(Math.Pow(toEast - east, 2) + Math.Pow(toNorth - north, 2));
        for (var gone = 0.0; gone < metres; gone += Speed)
        {
            var share = Math.Min(1, gone / metres);
            Tick(east + ((toEast - east) * share), north + ((toNorth - north) * share), Speed, reached, left);
        }
        (east, north) = (toEast, toNorth);
    }

    void Stay(double east, double north, double seconds, int reached, int left)
    {
        for (var i = 0; i < seconds; i++)
            Tick(east, north, 0, reached, left);
    }

    void Tick(double east, double north, double speed, int reached, int left)
    {
        _second++;
        if (_second < _nextFix)
            return;
        _nextFix = _second + _interval;
        Log.Add((Ground.Fix(_second, east + Noise(), north + Noise(), (float)Math.Max(5, _noise), (float)speed), reached, left));
    }

    double Noise() => _noise * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
