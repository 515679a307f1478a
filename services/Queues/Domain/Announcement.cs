namespace SmartQueue.Queues.Domain;

/// <summary>What staff say to everyone in a queue, until it is taken back.</summary>
/// <param name="Message">The text.</param>
/// <param name="At">Since when, UTC.</param>
internal sealed record Announcement(string Message, DateTimeOffset At);
