namespace SmartQueue.Contracts;

/// <summary>An appointment has another time, its line is behind, or what is known of who comes was corrected.</summary>
public sealed record AppointmentChanged : IAppointmentEvent
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

    /// <summary>When it was to begin before, UTC; <c>null</c> where the time stays.</summary>
    public DateTimeOffset? PreviousStart { get; init; }

    /// <summary>How far behind its time its line is, in seconds, where that is what changed: whoever comes so much later comes in time;
    /// else <c>null</c>.</summary>
    public int? Behind { get; init; }
}
