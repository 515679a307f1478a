namespace SmartQueue.Notifications.Domain;

/// <summary>That the holder of an appointment was told that its line is behind.</summary>
/// <param name="EventId">The event that said so.</param>
/// <param name="Start">The time that it is behind, UTC.</param>
/// <param name="Behind">How far.</param>
internal sealed record ToldDelay(string EventId, DateTimeOffset Start, TimeSpan Behind);
