namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>The head of a queue's line.</summary>
internal sealed record Line(string QueueId, int Count, IReadOnlyList<Ticket> Tickets);
