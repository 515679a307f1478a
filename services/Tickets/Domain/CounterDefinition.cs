using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>What a manager decides about a counter, already checked.</summary>
/// <param name="BranchId">Where it stands.</param>
/// <param name="Name">What the screen shows.</param>
/// <param name="Queues">The queues it serves, each once; empty for any queue of its branch.</param>
/// <param name="Rule">How it takes the next of them.</param>
internal sealed record CounterDefinition(string BranchId, string Name, IReadOnlyList<QueueRank> Queues, CounterRule Rule);
