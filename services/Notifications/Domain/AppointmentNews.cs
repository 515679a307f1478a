using System.Diagnostics;
using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Domain;

/// <summary>What happened to an appointment.</summary>
/// <param name="EventId">The event that says it.</param>
/// <param name="OccurredAt">When, UTC.</param>
/// <param name="Appointment">It after that.</param>
/// <param name="Template">What its holder is told of it; <c>null</c> for nothing.</param>
internal sealed record AppointmentNews(string EventId, DateTimeOffset OccurredAt, AppointmentState Appointment, string? Template)
{
    /// <summary>Why, in the words of who did it, for the holder.</summary>
    public string? Reason { get; init; }

    /// <summary>How far behind its time its line is, where that is the news; <c>null</c> where it is something else.</summary>
    public TimeSpan? Behind { get; init; }

    /// <summary>What an event of an appointment says.</summary>
    public static AppointmentNews Of(IEvent happened) =>
        happened switch
        {
            AppointmentBooked e => Of(e, e.Appointment, TemplateNames.AppointmentBooked),
            AppointmentChanged { Behind: { } seconds } e => Of(e, e.Appointment, TemplateNames.AppointmentBehind) with
            {
                Behind = TimeSpan.FromSeconds(seconds),
            },
            // Who corrects a name need not be told that they did.
            AppointmentChanged e => Of(e, e.Appointment, e.PreviousStart is null ? null : TemplateNames.AppointmentMoved),
            AppointmentCancelled e => Of(e, e.Appointment, TemplateNames.AppointmentCancelled) with { Reason = e.Reason },
            // Who had come and was not there when called is told so of their ticket.
            AppointmentMissed e => Of(e, e.Appointment, e.Appointment.TicketId is null ? TemplateNames.AppointmentMissed : null),
            AppointmentArrived e => Of(e, e.Appointment, null),
            _ => throw new UnreachableException($"{happened.GetType()} is none of an appointment."),
        };

    private static AppointmentNews Of(IEvent happened, AppointmentState appointment, string? template) =>
        new(happened.EventId.ToString(), happened.OccurredAt, appointment, template);
}
