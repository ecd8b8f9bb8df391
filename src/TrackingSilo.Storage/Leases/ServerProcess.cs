using System.Diagnostics;
using System.Globalization;

namespace TrackingSilo.Storage.Leases;

/// <summary>A process as a lease names it: enough to tell later, from the same machine, whether it still lives.</summary>
/// <param name="Host">The machine's name, for people.</param>
/// <param name="Scope">
/// Where the pid means something: a boot of a machine and a namespace of pids. Names of machines repeat, and a container sees no pid but its own:
/// outside of its scope nobody can say that a process is dead.
/// </param>
/// <param name="Start">When it started, in a unit of its scope: tells it from a later process with the same pid.</param>
sealed record ServerProcess(string Host, string Scope, int Pid, long Start)
{
    public static ServerProcess Current { get; } = Of(Environment.ProcessId);

    /// <summary>A process that runs here.</summary>
    public static ServerProcess Of(int pid) => new(Environment.MachineName, CurrentScope(), pid, StartOf(pid) ?? 0);

    /// <summary>True where it is certain that the process no longer runs.</summary>
    public bool IsGone()
    {
        if (Scope != Current.Scope)
            return false;
        try
        {
            using var process = Process.GetProcessById(Pid);
        }
        catch (ArgumentException)
        {
            return true; // .NET's way to say that no process has this pid
        }
        return StartOf(Pid) is { } start && start != Start;
    }

    static string CurrentScope()
        => OperatingSystem.IsLinux()
            ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}"
            : Environment.MachineName;

    /// <summary>Null where it cannot be read; −1 for a process that has ended and is only waiting for its parent to notice.</summary>
    static long? StartOf(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return LinuxStartOf(File.ReadAllText($"/proc/{pid}/stat"));
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null; // gone meanwhile, or another user's
        }
    }

    /// <summary>
    /// Clock ticks from the machine's start to the process's, field 22 of /proc/PID/stat (proc(5)). <see cref="Process.StartTime"/> will not do: on Linux it
    /// is worked out from the wall clock, and two processes may get different answers.
    /// </summary>
    static long LinuxStartOf(string stat)
    {
        // The second field is the program's name in brackets, and may itself hold blanks and brackets.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? -1 : long.Parse(fields[22 - 3], CultureInfo.InvariantCulture);
    }
}
