using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Feeds;
using TrackingSilo.Push.Fleet;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Hubs;

/// <summary>Answer to <c>Follow</c>. <see cref="Result"/>: <c>view</c>, <c>nothingNewer</c>, <c>gone</c> (whatever is wrong with the link), <c>tooMany</c>.</summary>
public sealed record FollowReply(string Result, RawJson? View = null);

/// <summary>Answer to <c>WatchFleet</c>. <see cref="Result"/>: <c>watching</c>, <c>refused</c> (no operator's key), <c>tooMany</c>.</summary>
public sealed record FleetReply(string Result);

/// <summary>
/// What browsers talk to. A viewer calls <c>Follow(link, haveRun, haveNumber)</c> and gets <c>changed(view)</c> from then on, and <c>moved(motion)</c> where only the van has moved; what overtakes the
/// answer is newer than it. After a break it follows again with what it has, and with nothing (0, 0) where it lacks what a <c>moved</c> builds on. A fleet page calls <c>WatchFleet(key)</c> and gets <c>vehicles(fleet)</c>, of the part of the map that it names by <c>LookAtFleet</c>.
/// </summary>
sealed class TrackingHub(
    TrackingLinks links, LinkFailures failures, Following following, ViewerFeeds feeds, FleetFeed fleet, ApiKeys keys, ITrackingEngine engine, Instructing instructing,
    PushStatistics statistics, PushClock clock, IHostApplicationLifetime program, ILogger<TrackingHub> logger) : Hub
{
    public override Task OnConnectedAsync()
    {
        statistics.ConnectionOpened();
        if (statistics.Connections > Limits.ViewerConnectionsMax)
        {
            statistics.ViewerTurnedAway();
            Context.Abort();
        }
        // Connections that are open when a stop begins are closed then; one that comes after that would hold it up.
        if (program.ApplicationStopping.IsCancellationRequested)
            Context.Abort();
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        statistics.ConnectionClosed();
        if (Context.Items.TryGetValue(typeof(ViewerConnection), out var viewer))
            feeds.Drop((ViewerConnection)viewer!);
        if (Context.Items.TryGetValue(typeof(FleetFeed.Watcher), out var watcher))
            fleet.Leave((FleetFeed.Watcher)watcher!);
        return Task.CompletedTask;
    }

    public async Task<FollowReply> Follow(string link, long haveRun, long haveNumber)
    {
        if (!links.TryOpen(link, out var opened) || !opened.Allows(LinkScopes.Look))
            return Gone();
        var (outcome, view) = await following.FollowAsync(Viewer(), opened, new ViewVersion(haveRun, haveNumber), Context.ConnectionAborted);
        return outcome switch
        {
            FollowOutcome.View => new FollowReply("view", view),
            FollowOutcome.NothingNewer => new FollowReply("nothingNewer"),
            FollowOutcome.TooMany => new FollowReply("tooMany"),
            _ => Gone(),
        };
    }

    /// <summary>What a recipient asks for, with a link that allows it. <c>gone</c>, <c>notAllowed</c> and <c>bad</c> beside what <see cref="InstructionReply"/> says.</summary>
    public async Task<InstructionReply> Instruct(string link, InstructionBody instruction)
    {
        if (!links.TryOpen(link, out var opened) || await following.LookAsync(opened, default, false, Context.ConnectionAborted) is not { } look)
        {
            if (!failures.TryCount(Address))
                Context.Abort();
            return new InstructionReply("gone");
        }
        if (!opened.Allows(LinkScopes.Instruct))
            return new InstructionReply("notAllowed");
        if (look.Result == FollowResult.NotYet)
            return new InstructionReply("unavailable");
        return InstructionRequest.CommandOf(instruction) is { } command
            ? await instructing.TakeAsync(opened.Shipment, command, Context.ConnectionAborted)
            : new InstructionReply("bad");
    }

    public async Task<FleetReply> WatchFleet(string key)
    {
        if (!keys.TryFind(key, out var caller) || !caller.IsOperator)
        {
            if (!failures.TryCount(Address))
                Context.Abort();
            return new FleetReply("refused");
        }
        if (Context.Items.ContainsKey(typeof(FleetFeed.Watcher)))
            return new FleetReply("watching");
        if (fleet.Watch(Writer()) is not { } watcher)
        {
            statistics.ViewerTurnedAway();
            return new FleetReply("tooMany");
        }
        Context.Items[typeof(FleetFeed.Watcher)] = watcher;
        fleet.Begin(watcher, await engine.FleetAsync(Context.ConnectionAborted));
        feeds.FleetPageCame();
        return new FleetReply("watching");
    }

    /// <summary>What a fleet page shows of the map, and whom it looks for; nothing happens before <c>WatchFleet</c>.</summary>
    public void LookAtFleet(FleetArea? area, string? wanted)
    {
        if (!Context.Items.TryGetValue(typeof(FleetFeed.Watcher), out var watcher) || area is { IsValid: false } || wanted?.Length > Limits.IdMaxCharacters)
            return;
        fleet.Look((FleetFeed.Watcher)watcher!, area, wanted);
        feeds.FleetPageCame();
    }

    System.Net.IPAddress? Address => Context.GetHttpContext()?.Connection.RemoteIpAddress;

    FollowReply Gone()
    {
        if (!failures.TryCount(Address))
            Context.Abort();
        return new FollowReply("gone");
    }

    ViewerConnection Viewer()
    {
        if (Context.Items.TryGetValue(typeof(ViewerConnection), out var known))
            return (ViewerConnection)known!;
        var viewer = new ViewerConnection(Writer(), statistics, clock.Real);
        Context.Items[typeof(ViewerConnection)] = viewer;
        return viewer;
    }

    HubWriter Writer() => new(OpenConnections.Of(Context), statistics, logger);
}
