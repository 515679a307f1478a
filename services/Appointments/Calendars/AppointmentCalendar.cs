using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Calendars;

/// <summary>An appointment as calendars take it (RFC 5545, 5546): the same one again each time it changes, and taken out when it is
/// cancelled.</summary>
internal static class AppointmentCalendar
{
    private const string Product = "-//SmartQueue//Appointments//EN";

    /// <summary>Its file.</summary>
    /// <param name="appointment">The appointment.</param>
    /// <param name="publicUrl">Where the system is reached: what it is the organizer's address of.</param>
    public static string Write(Appointment appointment, Uri publicUrl)
    {
        var cancelled = appointment.Status == AppointmentStatus.Cancelled;
        var calendar = new Calendar { Method = cancelled ? "CANCEL" : "REQUEST", ProductId = Product };
        var zone = TimeZoneInfo.FindSystemTimeZoneById(appointment.TimeZone);
        // The rules of the zone, for those who do not know its name.
        calendar.AddTimeZone(VTimeZone.FromDateTimeZone(appointment.TimeZone, appointment.Start.UtcDateTime.AddYears(-1), false));
        calendar.Events.Add(
            new CalendarEvent
            {
                Uid = appointment.Id + "@smartqueue",
                Sequence = (int)appointment.Version - 1,
                DtStamp = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
                Created = new CalDateTime(appointment.CreatedAt.UtcDateTime, "UTC"),
                LastModified = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
                Organizer = new Organizer { Value = publicUrl, CommonName = appointment.QueueName },
                Summary = appointment.QueueName,
                Status = cancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
                Start = At(appointment.Start, zone),
                End = At(appointment.End, zone),
            }
        );
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    /// <summary>How a calendar is to take the file.</summary>
    public static string ContentType(Appointment appointment) =>
        $"text/calendar; charset=utf-8; method={(appointment.Status == AppointmentStatus.Cancelled ? "CANCEL" : "REQUEST")}";

    // Of a time that the wall shows twice, its second showing cannot be said by the wall (RFC 5545, 3.3.5): then as it is in UTC.
    private static CalDateTime At(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        return zone.IsAmbiguousTime(local.DateTime) && zone.GetAmbiguousTimeOffsets(local.DateTime).Max() != local.Offset
            ? new CalDateTime(instant.UtcDateTime, "UTC")
            : new CalDateTime(local.DateTime, zone.Id);
    }
}
