namespace SmartQueue.Contracts;

/// <summary>A queue that a counter serves.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Rank">1 is served first where the counter goes by rank; no two queues of a counter have the same.</param>
public sealed record QueueRank(string QueueId, int Rank);
