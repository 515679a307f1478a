using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>The times of a queue that can be booked.</summary>
internal sealed record Slots
{
    [Id]
    public required string QueueId { get; init; }

    /// <summary>The zone that people read its times in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The times, in order.</summary>
    public required IReadOnlyList<Slot> Items { get; init; }
}
