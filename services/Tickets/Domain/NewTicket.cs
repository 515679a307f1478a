using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>What is known of a ticket before it has a number.</summary>
internal sealed record NewTicket
{
    public required string Id { get; init; }

    public TicketSource Source { get; init; }

    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    /// <summary>The network of a guest that limits count by; <c>null</c> for all others.</summary>
    public string? Network { get; init; }

    /// <summary>Whether a guest takes it in the house, where a kiosk or one phone serves many: a phone number may then be there more than
    /// once.</summary>
    public bool InHouse { get; init; }

    /// <summary>The turn of who arrived for an appointment; <c>null</c> for a walk-in.</summary>
    public BookedTurn? Turn { get; init; }

    public string? TrackingTokenHash { get; init; }

    public int Priority { get; init; }
}
