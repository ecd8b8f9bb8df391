using System.Diagnostics;

namespace TrackingSilo.LoadTests.Measuring;

/// <summary>What a stretch of work cost this process. CPU time is what a noisy machine disturbs least; wall time stands beside it.</summary>
/// <param name="Cpu">Processor time of all threads, user and system.</param>
/// <param name="Wall">Time that passed.</param>
/// <param name="Allocated">Bytes allocated on the managed heap by all threads.</param>
public readonly record struct Cost(TimeSpan Cpu, TimeSpan Wall, long Allocated)
{
    /// <summary>Begins to count; <see cref="Meter.Stop"/> says what has been spent since.</summary>
    public static Meter Start() => new(Now());

    public double CpuMicrosPer(long items) => Cpu.TotalMicroseconds / items;

    public double PerCpuSecond(long items) => items / Cpu.TotalSeconds;

    public double PerSecond(long items) => items / Wall.TotalSeconds;

    static Cost Now()
    {
        using var process = Process.GetCurrentProcess();
        return new(process.TotalProcessorTime, Stopwatch.GetElapsedTime(0), GC.GetTotalAllocatedBytes(precise: true));
    }

    public readonly struct Meter(Cost begin)
    {
        public Cost Stop()
        {
            var end = Now();
            return new(end.Cpu - begin.Cpu, end.Wall - begin.Wall, end.Allocated - begin.Allocated);
        }
    }
}
