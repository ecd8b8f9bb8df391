namespace TrackingSilo.Simulation;

/// <summary>Many streams of messages, each in order of sending, read as one. A stream is opened when its time has come, so that far-off days cost nothing.</summary>
static class MessageMerge
{
    /// <param name="openings">In order of <c>From</c>; no message of its streams is sent before that.</param>
    public static IEnumerable<SimulatedMessage> InOrder(IEnumerable<(DateTimeOffset From, Func<IEnumerable<IEnumerable<SimulatedMessage>>> Streams)> openings)
    {
        var open = new PriorityQueue<IEnumerator<SimulatedMessage>, (DateTimeOffset, long)>();
        var entered = 0L; // of two messages sent at once, the one whose turn came first
        using var coming = openings.GetEnumerator();
        var more = coming.MoveNext();
        while (true)
        {
            while (more && (!open.TryPeek(out _, out var next) || coming.Current.From <= next.Item1))
            {
                foreach (var stream in coming.Current.Streams())
                    Enter(stream.GetEnumerator());
                more = coming.MoveNext();
            }
            if (!open.TryDequeue(out var first, out _))
                yield break;
            yield return first.Current;
            Enter(first);
        }

        void Enter(IEnumerator<SimulatedMessage> stream)
        {
            if (stream.MoveNext())
                open.Enqueue(stream, (stream.Current.SendAt, entered++));
            else
                stream.Dispose();
        }
    }
}
