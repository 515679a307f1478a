namespace SmartQueue.Analytics.Facts;

/// <summary>Something a client says a person did, such as <c>screen.opened</c>.</summary>
internal sealed record TrackedEvent
{
    private const int TimeOfId = 13;

    /// <summary>A UUIDv7 given when it was taken in, so ids sort by that time.</summary>
    public required string Id { get; init; }

    /// <summary>The account that sent it.</summary>
    public required string UserId { get; init; }

    /// <summary>What happened, in the client's word for it: at most 64 of letters, digits and <c>_ . : -</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>The queue it is about.</summary>
    public string? QueueId { get; init; }

    /// <summary>A JSON object as text: stored as it came, never looked into.</summary>
    public string? Metadata { get; init; }

    /// <summary>When it happened, UTC, by the client's clock if it said.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When it was taken in, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What no id of an event taken in earlier reaches: ids carry their time in front (UUIDv7, RFC 9562), so they order events by
    /// when they came.</summary>
    public static string FirstId(DateTimeOffset receivedAt) => Guid.CreateVersion7(receivedAt).ToString()[..TimeOfId];
}
