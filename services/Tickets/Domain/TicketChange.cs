using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>A decision: the ticket as it will be, and the event that says so. Both are saved or neither.</summary>
internal sealed record TicketChange(Ticket Next, ITicketEvent Event);
