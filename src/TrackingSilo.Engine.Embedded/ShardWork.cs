using System.Buffers;
using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Engine.Embedded;

/// <summary>One piece of work in a shard's mailbox.</summary>
abstract class ShardWork
{
    /// <summary>Does it, on the shard's loop. Never throws: what went wrong goes to whoever waits.</summary>
    public abstract ValueTask RunAsync();

    /// <summary>The shard has ended before its turn came.</summary>
    public virtual void Abandon()
    {
    }
}

/// <summary>Nothing but a reason to wake up.</summary>
sealed class WakeUp : ShardWork
{
    public static readonly WakeUp Now = new();

    public override ValueTask RunAsync() => ValueTask.CompletedTask;
}

/// <summary>Timers and the like.</summary>
sealed class TickWork(Shard shard) : ShardWork
{
    public override ValueTask RunAsync()
    {
        shard.RunTick();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Something with an answer.</summary>
abstract class AnsweredWork<T> : ShardWork
{
    TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    /// <summary>Before it is posted once more, after an answer that was an exception.</summary>
    public void AskAgain() => _answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed override void Abandon() => _answer.TrySetCanceled();

    public sealed override async ValueTask RunAsync()
    {
        try
        {
            _answer.TrySetResult(await AnswerAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            _answer.TrySetCanceled();
        }
        catch (Exception failure)
        {
            _answer.TrySetException(failure);
        }
    }

    protected abstract ValueTask<T> AnswerAsync();
}

sealed class Question<T>(Func<ValueTask<T>> question) : AnsweredWork<T>
{
    protected override ValueTask<T> AnswerAsync() => question();
}

/// <summary>Those reports of a delivered batch that are one shard's, in log order. The answer is false on a gap.</summary>
sealed class ShardBatch(Shard shard, OpenedPartition partition, ReadOnlyMemory<Report> reports, CancellationToken cancellationToken) : AnsweredWork<bool>
{
    static readonly IReadOnlyList<Refusal> s_none = [];

    int[] _indices = ArrayPool<int>.Shared.Rent(reports.Length);
    uint[] _hashes = ArrayPool<uint>.Shared.Rent(reports.Length);
    List<Refusal>? _refusals;

    public Shard Shard { get; } = shard;
    public OpenedPartition Partition { get; } = partition;
    public CancellationToken CancellationToken { get; } = cancellationToken;
    public IReadOnlyList<Refusal> Refusals => _refusals ?? s_none;
    public int Count { get; private set; }

    /// <summary>How many have been delivered.</summary>
    public int Done { get; set; }

    /// <summary>No actor found a gap so far.</summary>
    public bool IsWhole { get; set; } = true;

    public ReadOnlySpan<Report> Reports => reports.Span;

    /// <summary>Indices into <see cref="Reports"/>.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>The keys' hashes, in the order of <see cref="Indices"/>.</summary>
    public ReadOnlySpan<uint> Hashes => _hashes.AsSpan(0, Count);

    public void Add(int index, uint hash)
    {
        _indices[Count] = index;
        _hashes[Count++] = hash;
    }

    public void Refuse(in Refusal refusal) => (_refusals ??= []).Add(refusal);

    /// <summary>Its memory is used again. Only after the answer: a shard may still read it before.</summary>
    public void Release()
    {
        ArrayPool<int>.Shared.Return(_indices);
        ArrayPool<uint>.Shared.Return(_hashes);
        (_indices, _hashes, Count) = ([], [], 0);
    }

    protected override ValueTask<bool> AnswerAsync() => Shard.DeliverAsync(this);
}
