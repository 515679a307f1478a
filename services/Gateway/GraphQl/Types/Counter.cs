using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A desk: the queues it serves, who sits there, and the ticket it holds.</summary>
internal sealed record Counter
{
    [Id]
    public required string Id { get; init; }

    [Id]
    public required string BranchId { get; init; }

    public required string Name { get; init; }

    /// <summary>Empty for any queue of its branch.</summary>
    public required IReadOnlyList<QueueRank> Queues { get; init; }

    /// <summary>oldest: whoever comes first over its queues; ranked: from queues of a better rank first.</summary>
    public required string Rule { get; init; }

    /// <summary>closed, open or break.</summary>
    public required string State { get; init; }

    public string? BreakReason { get; init; }

    /// <summary>The account that sits there; null while it is closed.</summary>
    [Id]
    public string? OperatorId { get; init; }

    /// <summary>Since when state and operator are as they are.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Called or being served; null while the counter is free.</summary>
    [Id]
    public string? TicketId { get; init; }

    public required int Version { get; init; }
}
