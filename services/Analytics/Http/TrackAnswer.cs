using System.Text.Json;
using SmartQueue.Analytics.Facts;

namespace SmartQueue.Analytics.Http;

/// <summary>The event as it was taken in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EventType">What happened.</param>
/// <param name="QueueId">The queue it is about.</param>
/// <param name="Metadata">As it was sent.</param>
/// <param name="Timestamp">When, UTC.</param>
internal sealed record TrackAnswer(string Id, string EventType, string? QueueId, JsonElement? Metadata, DateTimeOffset Timestamp)
{
    /// <summary>The answer for an event.</summary>
    public static TrackAnswer Of(TrackedEvent tracked, JsonElement? metadata) =>
        new(tracked.Id, tracked.EventType, tracked.QueueId, metadata, tracked.Timestamp);
}
