using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Ingestion.Consumers;

/// <summary>Tells the engine what may be concluded from silence. Any thread may use it.</summary>
sealed class InputSwitch(ITrackingEngine engine, CatchUpPacer pacer, ILogger<InputSwitch> logger)
{
    readonly Lock _lock = new();
    bool _readable = true;
    InputState? _said;

    /// <summary>Whether the log answers.</summary>
    public void SetReadable(bool readable)
    {
        lock (_lock)
        {
            _readable = readable;
            Update();
        }
    }

    /// <summary>Call when the pacer may have come to its end.</summary>
    public void Update()
    {
        lock (_lock)
        {
            var state = !_readable ? InputState.Unreadable : pacer.IsOver ? InputState.Live : InputState.CatchingUp;
            if (state == _said)
                return;
            _said = state;
            engine.SetInput(state);
            logger.Input(state);
        }
    }
}
