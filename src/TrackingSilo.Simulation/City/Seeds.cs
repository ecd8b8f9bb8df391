namespace TrackingSilo.Simulation;

/// <summary>One sequence of random numbers for each thing that is made up, so that more vans or another fault change nothing about the rest.</summary>
static class Seeds
{
    public static Random For(int seed, string purpose, int day = 0, int index = 0)
    {
        // FNV-1a: string.GetHashCode differs from run to run.
        var hash = 2166136261u;
        foreach (var c in purpose)
            Add(c);
        Add((uint)seed);
        Add((uint)day);
        Add((uint)index);
        return new Random((int)hash);

        void Add(uint value)
        {
            for (var shift = 0; shift < 32; shift += 8)
                hash = (hash ^ ((value >> shift) & 0xFF)) * 16777619u;
        }
    }

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    public static double Between(this Random random, double low, double high) => low + (random.NextDouble() * (high - low));

    public static TimeSpan Minutes(this Random random, double low, double high) => TimeSpan.FromSeconds(Math.Round(random.Between(low, high) * 60));

    /// <summary>A normal deviate by Box and Muller (1958).</summary>
    public static double Normal(this Random random, double deviation)
        => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static T Pick<T>(this Random random, ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
