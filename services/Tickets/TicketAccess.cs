using System.Security.Cryptography;
using System.Text;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Whose a ticket is: its owner's, its tracking token's holder's, and its branch's staff's. For others there is no such ticket.
/// Staff who are bound to branches have none elsewhere, not even one they hold: what they may do with it would go by their role.</summary>
internal sealed class TicketAccess(ITicketStore store)
{
    /// <summary>A ticket the caller may act on.</summary>
    /// <exception cref="RefusedException"><c>TICKET_NOT_FOUND</c>, also when it is someone else's.</exception>
    public async Task<Ticket> FindAsync(string ticketId, Caller caller, CancellationToken cancellationToken)
    {
        var ticket = await store.FindAsync(ticketId, cancellationToken);
        if (ticket is not null && MayTouch(ticket, caller))
            return ticket;
        throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket, or it is not yours.");
    }

    /// <summary>The kept form of a tracking token.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static bool MayTouch(Ticket ticket, Caller caller) =>
        caller.IsOperator
            ? caller.IsStaffOf(ticket.BranchId)
            : (caller.UserId is not null && caller.UserId == ticket.UserId)
                || (
                    caller.TrackingToken is not null
                    && ticket.TrackingTokenHash is not null
                    && CryptographicOperations.FixedTimeEquals(
                        Encoding.ASCII.GetBytes(HashOf(caller.TrackingToken)),
                        Encoding.ASCII.GetBytes(ticket.TrackingTokenHash)
                    )
                );
}
