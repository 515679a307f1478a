using System.Text.Json.Serialization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Http;

/// <summary>An appointment on the wire.</summary>
internal sealed record AppointmentView
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    public required string QueueId { get; init; }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The zone that people read its times in.</summary>
    public required string TimeZone { get; init; }

    public required string? CustomerName { get; init; }

    public required string? Phone { get; init; }

    public required string? Email { get; init; }

    public required string? Notes { get; init; }

    public required string? Language { get; init; }

    public required AppointmentStatus Status { get; init; }

    /// <summary>How far behind its time the line was last said to be, in seconds; 0 where nothing was said. They may arrive so much
    /// later.</summary>
    public required int Behind { get; init; }

    /// <summary>Until when its place is held, UTC, where nobody has confirmed it: from then on it is anyone's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The ticket they got when they came; <c>null</c> before.</summary>
    public required string? TicketId { get; init; }

    /// <summary>When they came, UTC, which is when they got their number; <c>null</c> before.</summary>
    public required DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>From when on one may arrive for it, UTC; <c>null</c> unless it is booked.</summary>
    public required DateTimeOffset? ArriveFrom { get; init; }

    /// <summary>Until when one may, UTC, inclusive; <c>null</c> unless it is booked.</summary>
    public required DateTimeOffset? ArriveUntil { get; init; }

    /// <summary>Whether it is booked and its time is none of its queue's slots any more, since hours, closures or slots were changed: it is
    /// to be moved, or cancelled.</summary>
    public required bool OutsideHours { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }

    /// <summary>What reads, confirms, moves and cancels it without an account; shown once, to who books or holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>What is typed at a kiosk on arrival; shown once, to who books.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>An appointment as it is told.</summary>
    /// <param name="appointment">The appointment.</param>
    /// <param name="booking">How its queue takes appointments now; <c>null</c> where it does no more.</param>
    /// <param name="outsideHours">See <see cref="OutsideHours"/>.</param>
    public static AppointmentView Of(Appointment appointment, BookingRules? booking, bool outsideHours)
    {
        (DateTimeOffset From, DateTimeOffset Until)? arrival =
            appointment.Status == AppointmentStatus.Booked ? appointment.Arrival(booking) : null;
        return new()
        {
            Id = appointment.Id,
            BranchId = appointment.BranchId,
            QueueId = appointment.QueueId,
            Start = appointment.Start,
            End = appointment.End,
            TimeZone = appointment.TimeZone,
            CustomerName = appointment.CustomerName,
            Phone = appointment.Phone,
            Email = appointment.Email,
            Notes = appointment.Notes,
            Language = appointment.Language,
            Status = appointment.Status,
            Behind = appointment.Behind,
            HeldUntil = appointment.HeldUntil,
            TicketId = appointment.TicketId,
            ArrivedAt = appointment.ArrivedAt,
            ArriveFrom = arrival?.From,
            ArriveUntil = arrival?.Until,
            OutsideHours = outsideHours,
            CreatedAt = appointment.CreatedAt,
            UpdatedAt = appointment.UpdatedAt,
            Version = appointment.Version,
        };
    }
}
