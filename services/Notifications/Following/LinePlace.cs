namespace SmartQueue.Notifications.Following;

/// <summary>Where a ticket stands.</summary>
/// <param name="Position">1 is called next.</param>
/// <param name="EstimatedWaitTime">Seconds it is expected to wait.</param>
internal readonly record struct LinePlace(int Position, int EstimatedWaitTime);
