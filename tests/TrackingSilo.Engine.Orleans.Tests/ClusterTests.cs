using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Orleans.Silo;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Engine.Tests;

namespace TrackingSilo.Engine.Orleans.Tests;

/// <summary>Two silos in one process: what one delivers, the other shows; what one loses, the other reads again.</summary>
public sealed class ClusterTests : IAsyncLifetime, IDisposable
{
    static readonly ShipmentId s_parcel = ShipmentId.Parse("acme/P1");
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly EngineWorld _world = new();
    readonly MemoryStates _states = new();
    readonly LogWriter _log = new();
    readonly Dictionary<string, RecordingSink> _sinks = [];
    InProcessTestCluster _cluster = null!;
    InProcessSiloHandle _reader = null!;
    InProcessSiloHandle _other = null!;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((options, silo) =>
        {
            var sink = new RecordingSink();
            lock (_sinks)
                _sinks[options.SiloName] = sink;
            silo.Configure<ClusterMembershipOptions>(membership => (membership.ProbeTimeout, membership.NumMissedProbesLimit, membership.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(1), 2, 1));
            silo.Services.AddSingleton<IUpdateSink>(sink).AddSingleton<IOutbox>(_world.Outbox).AddSingleton<IFenceLog>(_world.FenceLog).AddSingleton(new KnowledgeSource()).AddOrleansActors(_world.Clock)
                .AddSingleton<ISleepers>(_states).AddKeyedSingleton<IGrainStorage>(OrleansEngineServices.Storage, _states);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        (_reader, _other) = (_cluster.Silos[0], _cluster.Silos[1]);
        foreach (var silo in _cluster.Silos)
            await EngineOf(silo).StartAsync(default);
        await _log.ReplayAsync(EngineOf(_reader));
        EngineOf(_other).SetInput(InputState.Live);
        await SettleAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var silo in _cluster.GetActiveSilos())
            await EngineOf(silo).DisposeAsync();
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_viewer_on_another_silo_is_shown_what_changes()
    {
        await _log.DeliverAsync(EngineOf(_reader), _log.Scan(s_parcel, ScanEvent.PickedUp, _world.Now));
        var stored = await EngineOf(_other).FollowAsync(s_parcel, default, Viewer.Recipient, _world.Now + Limits.WatchLease, default);
        Assert.Equal(FollowResult.View, stored.Result);

        await _log.DeliverAsync(EngineOf(_reader), _log.Scan(s_parcel, ScanEvent.OutForDelivery, _world.Now));
        await UntilAsync("the view has come", () => SinkOf(_other).Views.Count == 1);
        var shown = SinkOf(_other).Views[0];
        Assert.Equal(ShipmentStatus.OutForDelivery, shown.View.Status);
        Assert.True(shown.Version.Supersedes(stored.View!.Version));
        Assert.Empty(SinkOf(_reader).Views);
    }

    [Fact]
    public async Task A_silo_that_dies_with_an_actor_in_memory_makes_its_reader_read_again_and_nothing_counts_twice()
    {
        // Called from there first, the actor lives on the other silo; what it is told is not saved.
        await EngineOf(_other).FollowAsync(s_parcel, default, Viewer.Recipient, null, default);
        var share = EngineOf(_reader).ShareOf([new LogPartition("log-1", "scans", 0)]);
        await _log.DeliverAsync(EngineOf(_reader), _log.Scan(s_parcel, ScanEvent.PickedUp, _world.Now));
        Assert.Equal(1, EngineOf(_other).Statistics.Applied[ReportKind.Scan]);

        EngineOf(_other).ForgetAll();
        await _cluster.KillSiloAsync(_other);
        await UntilAsync("the share has ended", () => share.Ends.IsCancellationRequested);
        await _log.ReplayAsync(EngineOf(_reader));
        await _log.DeliverAsync(EngineOf(_reader), _log.Scan(s_parcel, ScanEvent.OutForDelivery, _world.Now));
        await EngineOf(_reader).FlushAsync(default);

        var view = (await EngineOf(_reader).FollowAsync(s_parcel, default, Viewer.Recipient, null, default)).View!.View;
        Assert.Equal(2, view.Timeline.Length);
        Assert.Equal(2, EngineOf(_reader).Statistics.Applied[ReportKind.Scan]);
        Assert.Equal(1, EngineOf(_reader).DurablePositions[_log.IdOf(ReportKind.Scan)]);
    }

    [Fact]
    public async Task While_nobody_reads_a_partition_the_whole_cluster_draws_no_conclusion_from_silence()
    {
        EngineOf(_reader).SetInput(InputState.CatchingUp);
        await SettleAsync();
        Assert.Equal(InputState.CatchingUp, EngineOf(_other).Statistics.Input);
        EngineOf(_reader).SetInput(InputState.Live);
        await SettleAsync();
        Assert.Equal(InputState.Live, EngineOf(_other).Statistics.Input);
    }

    static OrleansEngine EngineOf(InProcessSiloHandle silo) => silo.SiloHost.Services.GetRequiredService<OrleansEngine>();

    RecordingSink SinkOf(InProcessSiloHandle silo) => _sinks[silo.Name];

    async Task SettleAsync()
    {
        for (var round = 0; round < 4; round++)
        {
            foreach (var silo in _cluster.GetActiveSilos())
                await EngineOf(silo).TickAsync();
        }
    }

    static async Task UntilAsync(string what, Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, $"Waited in vain until {what}.");
            await Task.Delay(20);
        }
    }
}
