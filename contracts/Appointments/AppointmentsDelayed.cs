namespace SmartQueue.Contracts;

/// <summary>
/// A line is behind: who is expected in it soon for an appointment will be called later than booked. Derived from the line and not kept; it
/// is said again for as long as it is so.
/// </summary>
public sealed record AppointmentsDelayed
{
    /// <summary>Unique for ever; the same on every delivery of this event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>When it was computed, UTC. The latest wins.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The queue whose line it is.</summary>
    public required string QueueId { get; init; }

    /// <summary>The times at which somebody is expected and will be called late, in order; those that keep their time are not
    /// named.</summary>
    public required IReadOnlyList<AppointmentDelay> Delays { get; init; }
}
