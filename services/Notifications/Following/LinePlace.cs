namespace SmartQueue.Notifications.Following;

/// <summary>Where a ticket stands.</summary>
/// <param name="TicketNumber">Its number.</param>
/// <param name="Position">1 is called next; <c>null</c> unless it waits.</param>
/// <param name="EstimatedWaitTime">Seconds it is expected to wait; <c>null</c> where nobody can say.</param>
internal sealed record LinePlace(string TicketNumber, int? Position, int? EstimatedWaitTime);
