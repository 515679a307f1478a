using SmartQueue.Contracts;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Http;

/// <summary>A counter on the wire.</summary>
internal sealed record CounterView
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    /// <summary>What the screen shows; one counter of a branch has it.</summary>
    public required string Name { get; init; }

    /// <summary>The queues it serves; empty for any queue of its branch.</summary>
    public required IReadOnlyList<QueueRank> Queues { get; init; }

    /// <summary>Takes whoever comes first over its queues, or from queues of a better rank first.</summary>
    public required CounterRule Rule { get; init; }

    /// <summary>Whether somebody works there.</summary>
    public required CounterStatus State { get; init; }

    /// <summary>Why it is on a break, if its operator said.</summary>
    public required string? BreakReason { get; init; }

    /// <summary>The account that sits there; <c>null</c> while it is closed.</summary>
    public required string? OperatorId { get; init; }

    /// <summary>Since when state and operator are as they are.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The ticket it holds, called or being served; <c>null</c> while it is free.</summary>
    public required string? TicketId { get; init; }

    public required long Version { get; init; }

    public static CounterView Of(Counter counter, string? ticketId) =>
        new()
        {
            Id = counter.Id,
            BranchId = counter.BranchId,
            Name = counter.Name,
            Queues = counter.Queues,
            Rule = counter.Rule,
            State = counter.Status,
            BreakReason = counter.BreakReason,
            OperatorId = counter.OperatorId,
            Since = counter.Since,
            TicketId = ticketId,
            Version = counter.Version,
        };
}
