using System.Text.Json;
using SmartQueue.Analytics.Facts;

namespace SmartQueue.Analytics.Http;

/// <summary>A tracked event as staff read it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EventType">What happened.</param>
/// <param name="QueueId">The queue it is about.</param>
/// <param name="UserId">The account that reported it.</param>
/// <param name="Metadata">As it was sent.</param>
/// <param name="Timestamp">When it happened, UTC, by the client's clock if it said.</param>
/// <param name="ReceivedAt">When it was taken in, UTC.</param>
internal sealed record TrackedEventView(
    string Id,
    string EventType,
    string? QueueId,
    string UserId,
    JsonElement? Metadata,
    DateTimeOffset Timestamp,
    DateTimeOffset ReceivedAt
)
{
    /// <summary>The view of an event.</summary>
    public static TrackedEventView Of(TrackedEvent tracked) =>
        new(
            tracked.Id,
            tracked.EventType,
            tracked.QueueId,
            tracked.UserId,
            tracked.Metadata is { } text ? JsonElement.Parse(text) : null,
            tracked.Timestamp,
            tracked.ReceivedAt
        );
}
