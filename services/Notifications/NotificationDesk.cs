using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Notifications;

/// <summary>The use cases.</summary>
internal sealed class NotificationDesk(INotificationStore store, MessageTemplates templates, NotificationsOptions options, TimeProvider time)
{
    /// <summary>Tells the holder of a ticket what happened to it, if that is something to tell; once an event and channel.</summary>
    public async Task TellAsync(ITicketEvent happened, CancellationToken cancellationToken)
    {
        if (!options.Enabled || TemplateOf(happened) is not { } template) return;
        var ticket = happened.Ticket;
        var preferences = await PreferencesAsync(ticket.UserId, cancellationToken);
        var text = templates.Render(ticket.Language ?? preferences.Language, template, new Dictionary<string, string>
        {
            ["queue"] = ticket.QueueName,
            ["number"] = ticket.TicketNumber,
            ["counter"] = ticket.Counter ?? "",
        });
        var notification = Notification.InApp(time.NewId(), happened, template, text, preferences.Inapp, time.Now());
        await store.AddAsync(notification, cancellationToken);
    }

    /// <summary>How an account wants to be told; a guest has the default.</summary>
    public async Task<Preferences> PreferencesAsync(string? userId, CancellationToken cancellationToken) =>
        userId is null ? Preferences.Default : await store.FindPreferencesAsync(userId, cancellationToken) ?? Preferences.Default;

    private static string? TemplateOf(ITicketEvent happened) => happened switch
    {
        TicketCreated => TemplateNames.Joined,
        TicketCalled => TemplateNames.Called,
        TicketCancelled => TemplateNames.Cancelled,
        _ => null,
    };
}
