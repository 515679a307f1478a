using MassTransit;

namespace SmartQueue.Contracts;

/// <summary>What all ticket events carry, so that a consumer that keeps a copy of tickets treats them alike.</summary>
[ExcludeFromTopology]
public interface ITicketEvent : IEvent
{
    /// <summary>The ticket that changed.</summary>
    string TicketId { get; }

    /// <summary>The queue the ticket stands in.</summary>
    string QueueId { get; }

    /// <summary>The whole ticket after the change.</summary>
    TicketState Ticket { get; }

    /// <summary>The account that caused the change; <c>null</c> for a guest and for the system itself.</summary>
    string? By { get; }

    string IEvent.AggregateId => TicketId;
}
