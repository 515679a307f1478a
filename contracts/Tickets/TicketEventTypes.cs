namespace SmartQueue.Contracts;

/// <summary>The events of a ticket's life, for those who consume them all.</summary>
public static class TicketEventTypes
{
    /// <summary>Every record that is an <see cref="ITicketEvent"/>.</summary>
    public static readonly IReadOnlyList<Type> All =
    [
        typeof(TicketCreated),
        typeof(TicketCalled),
        typeof(TicketRecalled),
        typeof(TicketServingStarted),
        typeof(TicketServed),
        typeof(TicketCancelled),
        typeof(TicketNoShow),
        typeof(TicketRequeued),
        typeof(TicketDeferred),
        typeof(TicketParked),
        typeof(TicketUnparked),
        typeof(TicketTransferred),
        typeof(TicketExpired),
        typeof(TicketDetailsChanged),
    ];
}
