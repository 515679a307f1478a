using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

/// <summary>
/// Tells the holders of appointments what happened to them, and reminds them. What was heard of each is kept, so that what comes twice or
/// out of order is told once, and never the old after the new.
/// </summary>
internal sealed class AppointmentNoticeDesk(
    INotificationStore store,
    NotificationDesk desk,
    MessageTemplates templates,
    TextDesk texts,
    AppointmentOptions appointments,
    NotificationsOptions options,
    DeliveryOptions delivery,
    TimeProvider time
)
{
    private const int MaxRaces = 16;

    /// <summary>Takes in what happened to an appointment, and tells its holder if that is something to tell; once an event and
    /// channel. What is switched off is taken in too: nobody is reminded later of what was cancelled meanwhile.</summary>
    public async Task HearAsync(AppointmentNews news, CancellationToken cancellationToken)
    {
        var followed = await KeepAsync(news, cancellationToken);
        if (!options.Enabled || news.Template is not { } template || !followed.IsTold(news.EventId))
            return;
        // Of one that was overtaken on its way, what holds now. The addresses of one that is at its end are in the event alone.
        var appointment = followed.Appointment.Version == news.Appointment.Version ? news.Appointment : followed.Appointment;
        var now = time.Now();
        var tooLate =
            template == TemplateNames.AppointmentMissed
                ? now - news.OccurredAt > delivery.MaxAge
                : now >= appointment.Start + news.Behind.GetValueOrDefault();
        await TellAsync(news.EventId, template, appointment, news, tooLate, cancellationToken);
    }

    /// <summary>Those of whose appointments it is time to be reminded, the longest due first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<IReadOnlyList<FollowedAppointment>> DueAsync(int limit, CancellationToken cancellationToken) =>
        store.AppointmentsToRemindAsync(time.Now(), limit, cancellationToken);

    /// <summary>Reminds the holder of an appointment, once for each time it begins at, however many processes do so and whenever one
    /// dies: the reminder is told first, under a key of that time, and noted then.</summary>
    public async Task RemindAsync(FollowedAppointment due, CancellationToken cancellationToken)
    {
        // It was heard of since it was found.
        if (await store.FindAppointmentAsync(due.Id, cancellationToken) is not { } known || known.Version != due.Version)
            return;
        if (time.Now() < known.Appointment.Start)
            await TellAsync(
                known.ReminderKey,
                TemplateNames.AppointmentReminder,
                known.Appointment,
                news: null,
                tooLate: false,
                cancellationToken
            );
        await store.SaveAppointmentAsync(known.Reminded(), cancellationToken);
    }

    private async Task<FollowedAppointment> KeepAsync(AppointmentNews news, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var known = await store.FindAppointmentAsync(news.Appointment.Id, cancellationToken);
            var next = FollowedAppointment.Hear(known, news, appointments.Reminder, time.Now());
            if (next == known || await store.SaveAppointmentAsync(next, cancellationToken))
                return next;
        }

        throw new InvalidOperationException("Many events of the appointment are taken in at once; this one is tried again.");
    }

    private async Task TellAsync(
        string key,
        string template,
        AppointmentState appointment,
        AppointmentNews? news,
        bool tooLate,
        CancellationToken cancellationToken
    )
    {
        var preferences = await desk.PreferencesAsync(appointment.UserId, cancellationToken);
        var language = templates.Nearest(appointment.Language ?? preferences.Language);
        var start = TimeZoneInfo.ConvertTime(appointment.Start, TimeZoneInfo.FindSystemTimeZoneById(appointment.TimeZone)).DateTime;
        var text = await texts.RenderAsync(
            language,
            template,
            appointment.BranchId,
            new Dictionary<string, string>
            {
                ["queue"] = appointment.QueueName,
                ["date"] = MessageTemplates.Date(language, start),
                ["time"] = MessageTemplates.Time(language, start),
                ["minutes"] = ((int)(news?.Behind ?? TimeSpan.Zero).TotalMinutes).ToString(CultureInfo.InvariantCulture),
            },
            cancellationToken
        );
        await desk.TellAsync(
            new Notice
            {
                EventId = key,
                Template = template,
                Text = news?.Reason is { } reason ? text with { Message = $"{text.Message}\n\n{reason}" } : text,
                UserId = appointment.UserId,
                Appointment = FollowedAppointment.Anonymous(appointment),
                BranchId = appointment.BranchId,
                Email = appointment.Email,
                Phone = appointment.Phone,
                Page = TemplateNames.OfTimeToCome.Contains(template) ? appointments.PageOf(appointment.Id) : null,
                Late = tooLate ? Suppression.TooLate : null,
            },
            preferences,
            cancellationToken
        );
    }
}
