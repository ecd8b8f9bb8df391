using Microsoft.Extensions.Logging.Abstractions;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Tests;
using TrackingSilo.Storage.Sqlite;

namespace TrackingSilo.Engine.Embedded.Tests;

public sealed class EmbeddedEngineTests : EngineContract
{
    protected override async Task<EngineHost> StartAsync(EngineWorld world)
    {
        var store = new SqliteStore(Path.Combine(world.Folder, "tracking.db"));
        var knowledge = new KnowledgeSource();
        knowledge.Fenced(world.Fences);
        var engine = new EmbeddedEngine(
            store, world.Clock, world.Sink, world.Outbox, world.FenceLog, knowledge, new EmbeddedEngineSettings { Shards = 3 }, NullLogger<EmbeddedEngine>.Instance);
        await engine.StartAsync("test", default);
        return new EmbeddedHost(engine, store);
    }

    [Fact]
    public async Task A_link_that_was_seen_to_be_revoked_is_not_valid_again_after_a_crash()
    {
        var host = await LiveAsync();
        await DeliverAsync(host, Log.Scan(Parcel, ScanEvent.PickedUp, World.Now), Log.Command(Parcel, World.Now, "c1", CommandKind.RevokeLinks));
        await host.SettleAsync(); // no time has passed: no checkpoint would be due
        await host.CrashAsync();

        await using var next = await StartAsync(World);
        await Log.OpenAsync(next.Engine);

        Assert.Equal(1, (await FollowAsync(next, Parcel)).LinkEpoch);
    }

    sealed class EmbeddedHost(EmbeddedEngine engine, SqliteStore store) : EngineHost
    {
        bool _ended;

        public override ITrackingEngine Engine => engine;

        public override Task DropAsync(ActorKind kind, string key) => engine.DropAsync(kind, key);

        public override async Task SettleAsync()
        {
            // A tell may lead to a tell: shipment to vehicle and back is the longest way.
            for (var round = 0; round < 4; round++)
                await engine.TickAsync();
        }

        public override async Task CrashAsync()
        {
            if (_ended)
                return;
            _ended = true;
            await engine.DisposeAsync();
            await store.DisposeAsync();
        }

        public override async ValueTask DisposeAsync() => await CrashAsync();
    }
}
