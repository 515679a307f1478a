namespace SmartQueue.Contracts;

/// <summary>Who had an appointment has come, and has a ticket.</summary>
public sealed record AppointmentArrived : IAppointmentEvent
{
    /// <inheritdoc/>
    public required Guid EventId { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The appointment that changed.</summary>
    public required string AppointmentId { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The whole appointment after the change.</summary>
    public required AppointmentState Appointment { get; init; }

    /// <summary>The account that caused it; <c>null</c> for a guest and for the system itself.</summary>
    public string? By { get; init; }
}
