namespace SmartQueue.Notifications.Domain;

/// <summary>How much waits to be delivered on a channel.</summary>
/// <param name="Channel">One of <see cref="Channels"/>.</param>
/// <param name="Pending">How many.</param>
/// <param name="Oldest">Since when the oldest waits, UTC.</param>
internal sealed record PendingDepth(string Channel, long Pending, DateTimeOffset Oldest);
