namespace SmartQueue.Tickets.Http;

/// <summary>The head of a queue's line.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Count">How many are in the line.</param>
/// <param name="Tickets">The first of them in calling order, as the reader may see them.</param>
internal sealed record LineView<TTicket>(string QueueId, int Count, IReadOnlyList<TTicket> Tickets);
