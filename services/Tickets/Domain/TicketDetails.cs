namespace SmartQueue.Tickets.Domain;

/// <summary>What may be corrected of a ticket, already checked.</summary>
internal sealed record TicketDetails
{
    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Notes { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    public int Priority { get; init; }

    public static TicketDetails Of(Ticket ticket) =>
        new()
        {
            CustomerName = ticket.CustomerName,
            Phone = ticket.Phone,
            Email = ticket.Email,
            Notes = ticket.Notes,
            Labels = ticket.Labels,
            Priority = ticket.Priority,
        };
}
