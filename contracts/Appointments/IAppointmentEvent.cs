using MassTransit;

namespace SmartQueue.Contracts;

/// <summary>What all appointment events carry, so that a consumer that keeps a copy of appointments treats them alike.</summary>
[ExcludeFromTopology]
public interface IAppointmentEvent : IEvent
{
    /// <summary>The appointment that changed.</summary>
    string AppointmentId { get; }

    /// <summary>The whole appointment after the change.</summary>
    AppointmentState Appointment { get; }

    /// <summary>The account that caused it; <c>null</c> for a guest and for the system itself.</summary>
    string? By { get; }

    string IEvent.AggregateId => AppointmentId;
}
