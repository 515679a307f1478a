namespace SmartQueue.Contracts;

/// <summary>A queue that a counter serves.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Rank">1 is served first where the counter goes by rank; queues may share one.</param>
public sealed record QueueRank(string QueueId, int Rank);
