using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>A branch after a change, and the event that tells of it: kept in one write.</summary>
internal sealed record BranchChange(Branch Next, IEvent Event);
