using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Actors;
using TrackingSilo.Engine.Hosting;
using TrackingSilo.Engine.Orleans.Grains;

namespace TrackingSilo.Engine.Orleans.Silo;

/// <summary>
/// Carries what this silo's actors tell others, all words for one receiver in one call. No grain waits for another: a word goes into the box, which holds one for each pair, and whoever cannot
/// be reached now is told the newest word later.
/// </summary>
sealed class TellPost(IGrainFactory grains, ILogger log) : IDisposable
{
    readonly TellBox _box = new();
    readonly SemaphoreSlim _one = new(1, 1);
    readonly SemaphoreSlim _wake = new(0, 1);

    public void Tell(in ToldProgress tell) => Wake(_box.Put(tell));

    public void Tell(in ToldWatch tell) => Wake(_box.Put(tell));

    public void Tell(in ToldConfirmation tell) => Wake(_box.Put(tell));

    /// <summary>Delivers until stopped.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            await _wake.WaitAsync(stop).ConfigureAwait(false);
            if (!await DeliverAsync(stop).ConfigureAwait(false))
                await Task.Delay(Limits.CallRetry, clock, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Delivers what waits; false where some receivers could not be reached.</summary>
    public async Task<bool> DeliverAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_box.Take(new Tells()) is not { } tells)
                return true;
            var failed = 0;
            var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.GrainCallsAtOnce, CancellationToken = stop };
            await Parallel.ForEachAsync(CallsOf(tells), options, async (call, _) =>
            {
                if (!await TryAsync(call).ConfigureAwait(false))
                    Interlocked.Increment(ref failed);
            }).ConfigureAwait(false);
            return failed == 0;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _wake.Dispose();
    }

    IEnumerable<Call> CallsOf(Tells tells)
    {
        foreach (var receiver in tells.Progress.GroupBy(tell => tell.Key.Shipment))
        {
            var words = receiver.Select(tell => tell.Value).ToArray();
            yield return new Call(
                () => grains.GetGrain<IShipmentGrain>(receiver.Key.Value).HearAsync(Wire.Write(words, WireJson.Default.VehicleProgressArray)),
                () => Array.ForEach(words, word => Tell(new ToldProgress(receiver.Key, word))));
        }
        var watches = tells.Watches.ToLookup(tell => tell.Key.Vehicle, tell => new WatchWord(tell.Key.Shipment, tell.Value));
        var confirmations = tells.Confirmations.ToLookup(tell => tell.Key.Vehicle, tell => new ConfirmationWord(tell.Key.Shipment, tell.Value));
        foreach (var vehicle in watches.Select(group => group.Key).Union(confirmations.Select(group => group.Key)))
        {
            var words = new ShipmentWords([.. watches[vehicle]], [.. confirmations[vehicle]]);
            yield return new Call(
                () => grains.GetGrain<IVehicleGrain>(vehicle.Value).HearAsync(Wire.Write(words, WireJson.Default.ShipmentWords)),
                () =>
                {
                    foreach (var watch in words.Watches)
                        Tell(new ToldWatch(vehicle, watch.Shipment, watch.Until));
                    foreach (var confirmation in words.Confirmations)
                        Tell(new ToldConfirmation(vehicle, confirmation.Shipment, confirmation.Stamp));
                });
        }
    }

    async Task<bool> TryAsync(Call call)
    {
        try
        {
            await call.Send().ConfigureAwait(false);
            return true;
        }
        catch (Exception failure)
        {
            // Its silo has died, or the store is away. Back into the box; newer words that have come meanwhile stay.
            log.TellWaits(failure);
            call.PutBack();
            return false;
        }
    }

    void Wake(bool wasEmpty)
    {
        if (!wasEmpty || _wake.CurrentCount > 0)
            return;
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has woken it meanwhile.
        }
    }

    sealed record Call(Func<Task> Send, Action PutBack);
}
