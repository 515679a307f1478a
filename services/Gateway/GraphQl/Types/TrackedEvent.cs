using GraphQL;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>Something a person did, as it was taken in.</summary>
internal sealed record TrackedEvent([property: Id] string Id, string EventType, [property: Id] string? QueueId, DateTimeOffset Timestamp);
