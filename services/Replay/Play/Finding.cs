using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>What one part of the system says of a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Source">The part of the system.</param>
/// <param name="Figures">What it says.</param>
/// <param name="Problem">Why it says nothing; <c>null</c> if it does.</param>
internal sealed record Finding(PlayedQueue Queue, string Source, Figures Figures, string? Problem)
{
    /// <summary>Whether that is as planned.</summary>
    public bool Agrees => Problem is null && Figures.Matches(Queue.Plan);
}
