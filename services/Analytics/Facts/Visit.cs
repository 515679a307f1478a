namespace SmartQueue.Analytics.Facts;

/// <summary>A ticket and the queue it stood in.</summary>
internal sealed record Visit(QueueProfile Queue, TicketFact Ticket);
