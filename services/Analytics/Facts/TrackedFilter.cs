namespace SmartQueue.Analytics.Facts;

/// <summary>Which tracked events a list holds; <c>null</c> is any.</summary>
/// <param name="EventType">What happened.</param>
/// <param name="QueueId">The queue they are about.</param>
/// <param name="UserId">The account that reported them.</param>
/// <param name="From">Taken in at this time or later.</param>
/// <param name="To">Taken in before this time.</param>
/// <param name="BranchIds">About a queue of one of these branches.</param>
internal sealed record TrackedFilter(
    string? EventType,
    string? QueueId,
    string? UserId,
    DateTimeOffset? From,
    DateTimeOffset? To,
    IReadOnlyCollection<string>? BranchIds = null
);
