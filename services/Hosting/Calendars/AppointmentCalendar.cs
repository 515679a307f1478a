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

    /// <summary>The media type of <see cref="WriteAll"/>.</summary>
    public const string FeedContentType = "text/calendar; charset=utf-8; method=PUBLISH";

    /// <summary>Its file.</summary>
    /// <param name="appointment">The appointment.</param>
    /// <param name="organizer">Who invites: who the mail is from, <c>mailto:</c> (RFC 6047), also in the file that is not mailed, since it is
    /// the same event; where no mail is sent, the address that the file comes from.</param>
    /// <param name="attendee">The email address of who comes, in a mail to them; they have said yes by booking. <c>null</c> names
    /// nobody.</param>
    public static string Write(AppointmentState appointment, Uri organizer, string? attendee = null)
    {
        var calendar = Of([appointment], organizer, Method(appointment));
        if (attendee is not null && Uri.TryCreate("mailto:" + attendee, UriKind.Absolute, out var comes))
            calendar
                .Events.Single()
                .Attendees.Add(
                    new Attendee
                    {
                        Value = comes,
                        ParticipationStatus = EventParticipationStatus.Accepted,
                        Rsvp = false,
                    }
                );
        return Text(calendar);
    }

    /// <summary>The file of many, for a calendar that follows them: each is the same event as in its own file. It names no person.</summary>
    /// <param name="appointments">The appointments.</param>
    /// <param name="organizer">As in its own file.</param>
    /// <param name="name">What calendars are to call it; <c>null</c> leaves it to them.</param>
    public static string WriteAll(IReadOnlyCollection<AppointmentState> appointments, Uri organizer, string? name)
    {
        var calendar = Of(appointments, organizer, "PUBLISH");
        if (name is not null)
            calendar.AddProperty("X-WR-CALNAME", name);
        return Text(calendar);
    }

    /// <summary>What a calendar is to do with the file: <c>REQUEST</c> puts it in, also in place of how it was before, <c>CANCEL</c> takes
    /// it out.</summary>
    public static string Method(AppointmentState appointment) => appointment.Status == AppointmentStatus.Cancelled ? "CANCEL" : "REQUEST";

    /// <summary>The media type of the file, with its method.</summary>
    public static string ContentType(AppointmentState appointment) => $"text/calendar; charset=utf-8; method={Method(appointment)}";

    private static Calendar Of(IReadOnlyCollection<AppointmentState> appointments, Uri organizer, string method)
    {
        var calendar = new Calendar { Method = method, ProductId = Product };
        // The rules of the zones, for those who do not know their names. A file of nothing has one, since it may not be empty.
        var zones = appointments.GroupBy(a => a.TimeZone).Select(z => (Name: z.Key, Since: z.Min(a => a.Start)));
        foreach (var (zone, since) in zones.DefaultIfEmpty(("UTC", DateTimeOffset.UnixEpoch)))
            calendar.AddTimeZone(VTimeZone.FromDateTimeZone(zone, since.UtcDateTime.AddYears(-1), false));
        calendar.Events.AddRange(appointments.Select(a => Entry(a, organizer)));
        return calendar;
    }

    private static CalendarEvent Entry(AppointmentState appointment, Uri organizer)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(appointment.TimeZone);
        return new()
        {
            Uid = appointment.Id + "@smartqueue",
            Sequence = (int)appointment.Version - 1,
            DtStamp = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
            Created = new CalDateTime(appointment.CreatedAt.UtcDateTime, "UTC"),
            LastModified = new CalDateTime(appointment.UpdatedAt.UtcDateTime, "UTC"),
            Organizer = new Organizer { Value = organizer, CommonName = appointment.QueueName },
            Summary = appointment.QueueName,
            Status = appointment.Status == AppointmentStatus.Cancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
            Start = At(appointment.Start, zone),
            End = At(appointment.End, zone),
        };
    }

    private static string Text(Calendar calendar) => new CalendarSerializer().SerializeToString(calendar)!;

    // A time that the wall shows twice is said in UTC. By the wall it would be the first showing (RFC 5545, 3.3.5), which not every calendar
    // knows, and the second one could not be said at all.
    private static CalDateTime At(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
        return zone.IsAmbiguousTime(local) ? new CalDateTime(instant.UtcDateTime, "UTC") : new CalDateTime(local, zone.Id);
    }
}
