using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>Something a person did, as it was taken in.</summary>
internal sealed record TrackedEvent
{
    [Id]
    public required string Id { get; init; }

    public required string EventType { get; init; }

    [Id]
    public string? QueueId { get; init; }

    /// <summary>As it was sent.</summary>
    [OutputType(typeof(JsonType))]
    public object? Metadata { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
