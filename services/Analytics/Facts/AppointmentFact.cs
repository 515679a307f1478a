using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Facts;

/// <summary>
/// What analytics knows of one appointment: its state of the highest version heard of. How punctual somebody was and how long they waited is
/// known by their ticket. It holds nothing of a person.
/// </summary>
internal sealed record AppointmentFact
{
    /// <summary>The appointment's id.</summary>
    public required string AppointmentId { get; init; }

    /// <summary>The branch of its queue.</summary>
    public required string BranchId { get; init; }

    /// <summary>The queue it was booked in, also where its ticket went on to another.</summary>
    public required string QueueId { get; init; }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>What became of it.</summary>
    public required AppointmentOutcome Outcome { get; init; }

    /// <summary>The version of the appointment this was told by; the highest is kept.</summary>
    public required long Version { get; init; }

    /// <summary>What one event tells.</summary>
    public static AppointmentFact Of(AppointmentState appointment) =>
        new()
        {
            AppointmentId = appointment.Id,
            BranchId = appointment.BranchId,
            QueueId = appointment.QueueId,
            Start = appointment.Start,
            Outcome = OutcomeOf(appointment.Status, came: appointment.TicketId is not null),
            Version = appointment.Version,
        };

    private static AppointmentOutcome OutcomeOf(AppointmentStatus status, bool came) =>
        status switch
        {
            // What is held is told nobody.
            AppointmentStatus.Held or AppointmentStatus.Booked => AppointmentOutcome.Expected,
            AppointmentStatus.Arrived => AppointmentOutcome.Present,
            AppointmentStatus.Served => AppointmentOutcome.Served,
            AppointmentStatus.NoShow => came ? AppointmentOutcome.NoShow : AppointmentOutcome.Missed,
            AppointmentStatus.Cancelled => came ? AppointmentOutcome.Left : AppointmentOutcome.Cancelled,
        };
}
