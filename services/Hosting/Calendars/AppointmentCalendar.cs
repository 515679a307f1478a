using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using SmartQueue.Contracts;

namespace SmartQueue.Hosting.Calendars;

/// <summary>An appointment as calendars take it (RFC 5545, 5546): the same one again each time it changes, and taken out when it is
/// cancelled.</summary>
public static class AppointmentCalendar
{
    private const string Product = "-//SmartQueue//Appointments//EN";

    /// <summary>Its file.</summary>
    /// <param name="appointment">The appointment.</param>
    /// <param name="organizer">Who invites: the address that the file comes from, <c>mailto:</c> in a mail (RFC 6047).</param>
    /// <param name="attendee">The email address of who comes, in a mail to them; they have said yes by booking. <c>null</c> names
    /// nobody.</param>
    public static string Write(AppointmentState appointment, Uri organizer, string? attendee = null)
    {
        var cancelled = appointment.Status == AppointmentStatus.Cancelled;
        var calendar = new Calendar { Method = Method(appointment), ProductId = Product };
        var zone = TimeZoneInfo.FindSystemTimeZoneById(appointment.TimeZone);
        // The rules of the zone, for those who do not know its name.
        calendar.AddTimeZone(VTimeZone.FromDateTimeZone(appointment.TimeZone, appointment.Start.UtcDateTime.AddYears(-1), false));
        var entry = new CalendarEvent
        {
            Uid = appointment.Id + "@smartqueue",
            Sequence = (int)appointment.Version - 1,
            DtStamp = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
            Created = new CalDateTime(appointment.CreatedAt.UtcDateTime, "UTC"),
            LastModified = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
            Organizer = new Organizer { Value = organizer, CommonName = appointment.QueueName },
            Summary = appointment.QueueName,
            Status = cancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
            Start = At(appointment.Start, zone),
            End = At(appointment.End, zone),
        };
        if (attendee is not null && Uri.TryCreate("mailto:" + attendee, UriKind.Absolute, out var comes))
            entry.Attendees.Add(
                new Attendee
                {
                    Value = comes,
                    ParticipationStatus = EventParticipationStatus.Accepted,
                    Rsvp = false,
                }
            );
        calendar.Events.Add(entry);
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    /// <summary>What a calendar is to do with the file: <c>REQUEST</c> puts it in, also in place of how it was before, <c>CANCEL</c> takes
    /// it out.</summary>
    public static string Method(AppointmentState appointment) => appointment.Status == AppointmentStatus.Cancelled ? "CANCEL" : "REQUEST";

    /// <summary>The media type of the file, with its method.</summary>
    public static string ContentType(AppointmentState appointment) => $"text/calendar; charset=utf-8; method={Method(appointment)}";

    // Of a time that the wall shows twice, its second showing cannot be said by the wall (RFC 5545, 3.3.5): then as it is in UTC.
    private static CalDateTime At(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return zone.IsAmbiguousTime(local.DateTime) && zone.GetAmbiguousTimeOffsets(local.DateTime).Max() != local.Offset
            ? new CalDateTime(instant.UtcDateTime, "UTC")
            : new CalDateTime(local.DateTime, zone.Id);
    }
}
