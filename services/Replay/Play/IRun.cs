using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>Something to play against the system.</summary>
internal interface IRun
{
    /// <summary>What is played, for the person who waits.</summary>
    string Title { get; }

    /// <summary>What the person must know about it; <c>null</c> if nothing.</summary>
    string? Note { get; }

    /// <summary>How many customers it has.</summary>
    int Customers { get; }

    /// <summary>The whole of what must have happened in the end.</summary>
    Figures Plan { get; }

    Task<IReadOnlyList<PlayedQueue>> PrepareAsync(ApiClient api, TimeProvider time, CancellationToken cancellationToken);

    Task PlayAsync(IReadOnlyList<PlayedQueue> queues, StepRunner desk, Tally tally, CancellationToken cancellationToken);

    /// <summary>The speed reached, in words.</summary>
    string Achieved(TimeSpan elapsed, Tally tally);
}
