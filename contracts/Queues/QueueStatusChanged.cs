namespace SmartQueue.Contracts;

/// <summary>
/// A queue's live status, derived from ticket events for the screens. It is not kept and not repeated:
/// the next one replaces it, and anyone who joins later reads the present status first.
/// </summary>
public sealed record QueueStatusChanged
{
    /// <summary>Unique for ever; the same on every delivery of this event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>When it was computed, UTC. The latest wins.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue whose status this is.</summary>
    public required string QueueId { get; init; }

    /// <summary>The number called last as people see it, such as <c>A-42</c>; <c>null</c> before the first of the day.</summary>
    public string? CurrentNumber { get; init; }

    /// <summary>Ids of the active tickets in calling order.</summary>
    public required IReadOnlyList<string> ActiveTickets { get; init; }

    /// <summary>The figures of its service day so far.</summary>
    public required QueueStatistics Statistics { get; init; }
}
