using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Finds tickets for those whose they are, see <see cref="Caller.MayTouch"/>. For others there is no such ticket.</summary>
internal sealed class TicketAccess(ITicketStore store)
{
    /// <summary>A ticket the caller may act on.</summary>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<Ticket> FindAsync(string ticketId, Caller caller, CancellationToken cancellationToken)
    {
        var ticket = await store.FindAsync(ticketId, cancellationToken);
        if (ticket is not null && caller.MayTouch(ticket.BranchId, ticket.UserId, ticket.TrackingTokenHash))
            return ticket;
        throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours.");
    }
}
