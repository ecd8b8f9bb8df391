using System.Diagnostics;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Storage.Leases;

namespace TrackingSilo.Storage.Tests;

static class LeaseTermsOf
{
    public static LeaseTerms Server(StoreContract.Server server, TimeSpan? duration) => new(
        duration ?? LeaseTerms.Default.Duration,
        server switch
        {
            StoreContract.Server.Elsewhere => new ServerProcess("elsewhere", "another boot of another machine", Environment.ProcessId, 1),
            StoreContract.Server.Dead => ServerProcess.Current with { Pid = DeadPid() },
            StoreContract.Server.DeadWithItsPidInUse => ServerProcess.Current with { Start = ServerProcess.Current.Start - 1 },
            _ => ServerProcess.Current,
        });

    static int DeadPid()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        return process.Id;
    }
}
