namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A page of tickets.</summary>
internal sealed record TicketPage(IReadOnlyList<Ticket> Items, string? NextCursor);
