using System.Globalization;
using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Domain;

/// <summary>An appointment that its holder is told of: the latest that was heard of it, what they were told of it last, and when they are
/// to be reminded. Immutable: what is heard gives the next state.</summary>
internal sealed record FollowedAppointment
{
    /// <summary>The appointment's.</summary>
    public required string Id { get; init; }

    /// <summary>The version of this state, by which changes are guarded; not that of the appointment.</summary>
    public required long Version { get; init; }

    /// <summary>The appointment at the highest version that was heard of. Personal while it is booked; after that nothing in it tells whose
    /// it was.</summary>
    public required AppointmentState Appointment { get; init; }

    /// <summary>The event that its holder was told of last.</summary>
    public string? ToldOf { get; init; }

    /// <summary>When it begins by what they were told, UTC.</summary>
    public DateTimeOffset? ToldStart { get; init; }

    /// <summary>What they were told last of how far its line is behind; <c>null</c> for nothing.</summary>
    public ToldDelay? ToldDelay { get; init; }

    /// <summary>The beginning that it was decided for whether there is a reminder, UTC.</summary>
    public DateTimeOffset? ReminderOf { get; init; }

    /// <summary>When they are to be reminded, UTC; <c>null</c> once they were, and where they are not to be.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>What names its reminder, of which there is one for each time it begins at; fit for the Message-ID of a mail.</summary>
    public string ReminderKey => string.Create(CultureInfo.InvariantCulture, $"{Id}.reminder.{Appointment.Start.ToUnixTimeMilliseconds()}");

    /// <summary>The state once something was heard, in whatever order things are heard; <paramref name="known"/> itself where nothing
    /// changes by it. Its holder is to be told if <see cref="IsTold"/> says so, also at a repeat.</summary>
    /// <param name="known">The state before; <c>null</c> for the first that is heard.</param>
    /// <param name="news">What is heard.</param>
    /// <param name="reminder">How long before its beginning there is a reminder; <c>null</c> for none.</param>
    /// <param name="now">UTC.</param>
    public static FollowedAppointment Hear(FollowedAppointment? known, AppointmentNews news, TimeSpan? reminder, DateTimeOffset now)
    {
        var latest = known is null || news.Appointment.Version > known.Appointment.Version ? Kept(news.Appointment) : known.Appointment;
        var next = (
            known
            ?? new()
            {
                Id = latest.Id,
                Version = 0,
                Appointment = latest,
            }
        ) with
        {
            Appointment = latest,
        };
        if (news.Behind is { } behind)
        {
            if (next.IsToBeTold(news, behind))
                next = next with { ToldDelay = new(news.EventId, latest.Start, behind) };
        }
        else if (next.IsToBeTold(news))
        {
            next = next with { ToldOf = news.EventId, ToldStart = latest.Start };
        }

        next = next.WithReminder(reminder, now);
        return next == known ? known : next with { Version = next.Version + 1 };
    }

    /// <summary>Whether an event is one that its holder is told of.</summary>
    public bool IsTold(string eventId) => eventId == ToldOf || eventId == ToldDelay?.EventId;

    /// <summary>The state once its holder was reminded, or it is too late to.</summary>
    public FollowedAppointment Reminded() => this with { Version = Version + 1, RemindAt = null };

    /// <summary>Whether a message tells of a time that it no longer has.</summary>
    public bool Outdates(Notification notification) =>
        notification is { Appointment: { } told }
        && TemplateNames.OfTimeToCome.Contains(notification.Template)
        && (Appointment.Status != AppointmentStatus.Booked || Appointment.Start != told.Start);

    /// <summary>An appointment without what tells whose it is.</summary>
    public static AppointmentState Anonymous(AppointmentState appointment) =>
        appointment with
        {
            UserId = null,
            CustomerName = null,
            Phone = null,
            Email = null,
        };

    // A name is told nobody, and who is no longer expected is told nothing more.
    private static AppointmentState Kept(AppointmentState appointment) =>
        appointment.Status == AppointmentStatus.Booked ? appointment with { CustomerName = null } : Anonymous(appointment);

    // Told is always the latest time there is, whichever event lets it be told: one that sets a time may have been overtaken. An end is the
    // last that happens.
    private bool IsToBeTold(AppointmentNews news) =>
        news.Template is { } template
        && (
            TemplateNames.OfTimeToCome.Contains(template)
                ? Appointment.Status == AppointmentStatus.Booked && ToldStart != Appointment.Start
                : Appointment.Version == news.Appointment.Version
        );

    // A line that catches up is told nobody: who has heard that they may come later does so.
    private bool IsToBeTold(AppointmentNews news, TimeSpan behind) =>
        Appointment.Status == AppointmentStatus.Booked
        && Appointment.Start == news.Appointment.Start
        && (ToldDelay?.Start != Appointment.Start || ToldDelay.Behind < behind);

    // Decided once a time: a correction takes away no reminder that is due and not sent yet.
    private FollowedAppointment WithReminder(TimeSpan? reminder, DateTimeOffset now)
    {
        if (Appointment.Status != AppointmentStatus.Booked)
            return this with { RemindAt = null };
        if (ReminderOf == Appointment.Start)
            return this;
        // Who booked or moved it less than that before has just been told when it is.
        var at = Appointment.Start - reminder;
        return this with { ReminderOf = Appointment.Start, RemindAt = at > now ? at : null };
    }
}
