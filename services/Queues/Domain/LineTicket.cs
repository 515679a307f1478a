using System.Globalization;
using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>What the queue service remembers of a ticket, from its latest event. Nothing personal.</summary>
internal sealed record LineTicket
{
    public required string Id { get; init; }

    public required string QueueId { get; init; }

    public required string TicketNumber { get; init; }

    /// <summary>The n of <c>PREFIX-n</c>.</summary>
    public required int Number { get; init; }

    public required TicketStatus Status { get; init; }

    public required int Priority { get; init; }

    /// <summary>Its place in the line, priority counted in, where the event told it: lower is called first.</summary>
    public long? Order { get; init; }

    public string? Counter { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>Set exactly while it is not in the queue: neither waiting, called, serving nor parked.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>From entering this queue's line to the last call, milliseconds; <c>null</c> until called.</summary>
    public long? WaitMs { get; init; }

    /// <summary>From the counter to the end, milliseconds; <c>null</c> until served.</summary>
    public long? ServiceMs { get; init; }

    public required long Version { get; init; }

    public static LineTicket Of(ITicketEvent change)
    {
        var ticket = change.Ticket;
        return new LineTicket
        {
            Id = change.TicketId,
            QueueId = change.QueueId,
            TicketNumber = ticket.TicketNumber,
            Number = NumberIn(ticket.TicketNumber),
            Status = ticket.Status,
            Priority = ticket.Priority,
            Order = ticket.Order,
            Counter = ticket.Counter,
            CreatedAt = ticket.CreatedAt,
            QueuedAt = ticket.QueuedAt,
            CalledAt = ticket.CalledAt,
            ClosedAt = IsActiveIn(ticket.Status) ? null : ticket.ClosedAt ?? change.OccurredAt,
            WaitMs = Milliseconds(ticket.CalledAt - ticket.QueuedAt),
            ServiceMs = ticket.Status == TicketStatus.Served ? Milliseconds(ticket.ServedAt - (ticket.ServingAt ?? ticket.CalledAt)) : null,
            Version = change.Version,
        };
    }

    private static bool IsActiveIn(TicketStatus status) =>
        status switch
        {
            TicketStatus.Waiting or TicketStatus.Called or TicketStatus.Serving or TicketStatus.Parked => true,
            TicketStatus.Served or TicketStatus.Cancelled or TicketStatus.NoShow or TicketStatus.Transferred or TicketStatus.Expired =>
                false,
        };

    private static int NumberIn(string ticketNumber) =>
        int.TryParse(ticketNumber.AsSpan(ticketNumber.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n
            : 0;

    // Times may come from two clocks.
    private static long? Milliseconds(TimeSpan? span) => span is { } s ? Math.Max(0, (long)s.TotalMilliseconds) : null;
}
