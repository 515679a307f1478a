namespace SmartQueue.Notifications.Domain;

/// <summary>The line a ticket joined, and its number there.</summary>
internal sealed record FollowedLine(string QueueId, string QueueName, string Number);
