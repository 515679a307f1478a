using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>A queue after a change, and the event that tells of it: kept in one write.</summary>
internal sealed record QueueChange(Queue Next, IEvent Event)
{
    /// <summary>The prefix that becomes the queue's with this change; <c>null</c> where it keeps its own.</summary>
    public string? Takes { get; init; }
}
