namespace SmartQueue.Hosting.Outbox;

/// <summary>How far publishing is behind.</summary>
/// <param name="Pending">Events that wait.</param>
/// <param name="Oldest">When the oldest of them happened, UTC.</param>
public sealed record OutboxDepth(long Pending, DateTimeOffset? Oldest);
