using System.Globalization;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Following;
using SmartQueue.Notifications.Http;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

internal sealed class NotificationDesk(
    INotificationStore store,
    MessageTemplates templates,
    TextDesk texts,
    NotificationsOptions options,
    DeliveryOptions delivery,
    IEnumerable<ISender> senders,
    DeliverySignal signal,
    TimeProvider time
)
{
    private static readonly TimeSpan EstimateIsNews = TimeSpan.FromMinutes(1);
    private readonly HashSet<string> provided = [.. senders.Select(s => s.Channel)];

    /// <summary>Tells the holder of a ticket what happened to it, if that is something to tell; once an event and channel.</summary>
    public async Task TellAsync(ITicketEvent happened, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return;
        var ticket = happened.Ticket;
        await FollowAsync(ticket, cancellationToken);
        if (TemplateOf(happened) is not { } template)
            return;
        var preferences = await PreferencesAsync(ticket.UserId, cancellationToken);
        // The wait they were told on joining. It is of that moment: who is told late is told without.
        int? minutes =
            template == TemplateNames.Joined && ticket.Promise is { } promise && time.Now() - happened.OccurredAt < EstimateIsNews
                ? FollowedTicket.Minutes(promise.EstimatedWaitTime)
                : null;
        var text = await texts.RenderAsync(
            ticket.Language ?? preferences.Language,
            minutes is null ? template : TemplateNames.JoinedWait,
            ticket.BranchId,
            new Dictionary<string, string>
            {
                ["queue"] = ticket.QueueName,
                ["number"] = ticket.TicketNumber,
                ["minutes"] = minutes?.ToString(CultureInfo.InvariantCulture) ?? "",
                ["counter"] = ticket.Counter ?? "",
            },
            cancellationToken
        );
        // What is heard of after an outage is no news: it is kept to be read, and wakes nobody.
        var late = time.Now() - happened.OccurredAt > delivery.MaxAge ? Suppression.TooLate : null;
        await TellAsync(
            new Notice
            {
                EventId = happened.EventId.ToString(),
                Template = template,
                Text = text,
                UserId = ticket.UserId,
                TicketId = ticket.Id,
                BranchId = ticket.BranchId,
                Line = template == TemplateNames.Joined ? new FollowedLine(ticket.QueueId, ticket.QueueName, ticket.TicketNumber) : null,
                Email = ticket.Email,
                Phone = ticket.Phone,
                Late = late,
            },
            preferences,
            cancellationToken
        );
    }

    /// <summary>Tells somebody something by every channel that reaches them and that they want.</summary>
    public async Task TellAsync(Notice notice, Preferences preferences, CancellationToken cancellationToken)
    {
        // A guest reads it on the page of their ticket. An appointment has no such page to show it on.
        if ((notice.UserId ?? notice.TicketId) is not null)
            await TellInAppAsync(notice, preferences, cancellationToken);
        var contact = notice.UserId is { } user ? await store.FindContactAsync(user, cancellationToken) : null;
        var (email, phone) = (notice.Email ?? contact?.Email, notice.Phone ?? contact?.Phone);
        if (email is not null)
            await DeliverAsync(notice, Channels.Email, email, preferences, cancellationToken);
        // A text message costs money and wakes people up: only for what is worth it, or where it is all there is to know an appointment by.
        if (
            phone is not null
            && (TemplateNames.WorthTextMessage.Contains(notice.Template) || (notice.Appointment is not null && email is null))
        )
            await DeliverAsync(notice, Channels.Sms, phone, preferences, cancellationToken);
        // The one who just took a number or booked a time looks at it.
        if (
            notice.Template is not (TemplateNames.Joined or TemplateNames.AppointmentBooked)
            && (await store.SubscriptionsAsync(notice.UserId, notice.TicketId, cancellationToken)).Count > 0
        )
            await DeliverAsync(notice, Channels.Push, recipient: null, preferences, cancellationToken);
    }

    /// <summary>Tells the holder of a ticket how their line goes on: in the page and by push, which cost and wake nobody.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="place">Where it stands, with an estimate.</param>
    /// <param name="template">What is told.</param>
    /// <param name="key">Tells it apart from all else that is told: once a key and channel.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task TellPlaceAsync(
        FollowedTicket ticket,
        LinePlace place,
        string template,
        string key,
        CancellationToken cancellationToken
    )
    {
        var preferences = await PreferencesAsync(ticket.UserId, cancellationToken);
        var language = templates.Nearest(ticket.Language ?? preferences.Language);
        var text = await texts.RenderAsync(
            language,
            template,
            ticket.BranchId,
            new Dictionary<string, string>
            {
                ["queue"] = ticket.QueueName,
                ["number"] = ticket.Number,
                ["place"] = MessageTemplates.Place(language, place.Position),
                ["minutes"] = FollowedTicket.Minutes(place.EstimatedWaitTime).ToString(CultureInfo.InvariantCulture),
            },
            cancellationToken
        );
        var channels =
            (await store.SubscriptionsAsync(ticket.UserId, ticket.TicketId, cancellationToken)).Count > 0
                ? new[] { Channels.InApp, Channels.Push }
                : [Channels.InApp];
        foreach (var channel in channels)
        {
            await KeepAsync(
                (
                    channel == Channels.InApp
                        ? Notification.InApp(
                            time.NewId(),
                            key,
                            ticket.UserId,
                            ticket.TicketId,
                            template,
                            text,
                            preferences.Inapp,
                            time.Now()
                        )
                        : Notification.ToDeliver(
                            time.NewId(),
                            key,
                            ticket.UserId,
                            ticket.TicketId,
                            channel,
                            template,
                            text,
                            null,
                            WhyNot(preferences, channel),
                            time.Now()
                        )
                ) with
                {
                    BranchId = ticket.BranchId,
                },
                null,
                cancellationToken
            );
        }
    }

    /// <summary>Makes a message of an operator's own words.</summary>
    /// <exception cref="RefusedException"><c>USER_NOT_FOUND</c>, or <c>VALIDATION_FAILED</c> if the account cannot be reached that
    /// way.</exception>
    public Task<NotificationView> SendAsync(MessageOrder order, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(key, store.FindAnswerAsync, token => MakeAsync(order, key, token), cancellationToken);

    /// <summary>Puts a message that failed, or that had no provider, back to be sent.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>; <c>CONFLICT</c> if there is nothing to send again.</exception>
    public Task<NotificationView> RetryAsync(string id, BoundReader? reader, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(key, store.FindAnswerAsync, token => PutBackAsync(id, reader, key, token), cancellationToken);

    /// <summary>How an account wants to be told; a guest has the default.</summary>
    public async Task<Preferences> PreferencesAsync(string? userId, CancellationToken cancellationToken) =>
        userId is null ? Preferences.Default : await store.FindPreferencesAsync(userId, cancellationToken) ?? Preferences.Default;

    private async Task TellInAppAsync(Notice notice, Preferences preferences, CancellationToken cancellationToken)
    {
        var inApp = Notification.InApp(
            time.NewId(),
            notice.EventId,
            notice.UserId,
            notice.TicketId,
            notice.Template,
            notice.Text,
            preferences.Inapp,
            time.Now()
        ) with
        {
            BranchId = notice.BranchId,
            Line = notice.Line,
            Appointment = notice.Appointment,
        };
        if (await store.AddAsync(inApp, null, cancellationToken) && inApp.Status == DeliveryStatus.Suppressed)
            DeliveryMetrics.Suppressed(inApp);
    }

    private Task DeliverAsync(
        Notice notice,
        string channel,
        string? recipient,
        Preferences preferences,
        CancellationToken cancellationToken
    ) =>
        KeepAsync(
            Notification.ToDeliver(
                time.NewId(),
                notice.EventId,
                notice.UserId,
                notice.TicketId,
                channel,
                notice.Template,
                notice.Page is { } page && channel != Channels.Push
                    ? notice.Text with
                    {
                        Message = $"{notice.Text.Message}\n\n{page}",
                    }
                    : notice.Text,
                recipient,
                WhyNot(preferences, channel) ?? notice.Late,
                time.Now()
            ) with
            {
                BranchId = notice.BranchId,
                Appointment = notice.Appointment,
            },
            null,
            cancellationToken
        );

    // The browsers of a ticket that goes on in another queue go with it. At each of its events, since nobody knows which is heard of first.
    private async Task FollowAsync(TicketState ticket, CancellationToken cancellationToken)
    {
        if (ticket.TransferredFrom is not { } before)
            return;
        foreach (var subscription in await store.SubscriptionsAsync(userId: null, before, cancellationToken))
            await store.SaveSubscriptionAsync(subscription with { TicketId = ticket.Id }, answer: null, cancellationToken);
    }

    private async Task<NotificationView> PutBackAsync(
        string id,
        BoundReader? reader,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        var notification = await store.FindAsync(id, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.NotFound, "There is no such notification.");
        if (reader?.Sees(notification) == false)
            throw new RefusedException(ErrorCodes.NotFound, "There is no such notification.");
        if (notification.Status is DeliveryStatus.Pending or DeliveryStatus.Sent)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"This notification is {notification.Status}; only a failed or suppressed one can be sent again."
            );
        if (TemplateNames.WithLink.Contains(notification.Template))
            throw new RefusedException(ErrorCodes.Conflict, "Its link is gone. Make another link instead.");
        if (notification.Message.Length == 0)
            throw new RefusedException(ErrorCodes.Conflict, "Its text and address are erased: they were a guest's, and kept long enough.");
        if (
            notification.Type == Channels.InApp
            || !Wants(await PreferencesAsync(notification.UserId, cancellationToken), notification.Type)
        )
            throw new RefusedException(ErrorCodes.Conflict, Suppression.SwitchedOff);
        if (MissingProvider(notification.Type) is { } missing)
            throw new RefusedException(ErrorCodes.Conflict, missing);
        var now = time.Now();
        var next = notification.PutBack(now);
        var view = NotificationView.Of(next);
        if (!await store.SaveAsync(next, key?.Seal(view, now), cancellationToken))
            throw new RefusedException(ErrorCodes.Conflict, "This notification has just changed. Read it again.");
        signal.Raise();
        return view;
    }

    private async Task<NotificationView> MakeAsync(MessageOrder order, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var preferences = await PreferencesAsync(order.UserId, cancellationToken);
        var recipient = order.To ?? await AddressAsync(order.UserId!, order.Channel, cancellationToken);
        var language = preferences.Language is null ? null : templates.Nearest(preferences.Language);
        var text = new MessageText(order.Subject, order.Message) { Language = language };
        var notification = Notification.ToDeliver(
            time.NewId(),
            time.NewId(),
            order.UserId,
            null,
            order.Channel,
            TemplateNames.Custom,
            text,
            recipient,
            WhyNot(preferences, order.Channel),
            time.Now()
        ) with
        {
            BranchId = order.BranchId,
        };
        var view = NotificationView.Of(notification);
        if (!await KeepAsync(notification, key?.Seal(view, notification.CreatedAt), cancellationToken))
            throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
        return view;
    }

    private async Task<string?> AddressAsync(string userId, string channel, CancellationToken cancellationToken)
    {
        var contact = await store.FindContactAsync(userId, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.UserNotFound, "There is no such account.");
        if (channel == Channels.Push)
            return null;
        if ((channel == Channels.Email ? contact.Email : contact.Phone) is { } address)
            return address;
        var errors = new FieldErrors();
        errors.Add("userId", "must be an account with a phone number");
        errors.ThrowIfAny();
        return null;
    }

    private async Task<bool> KeepAsync(Notification notification, StoredResponse? answer, CancellationToken cancellationToken)
    {
        if (!await store.AddAsync(notification, answer, cancellationToken))
            return false;
        if (notification.Status == DeliveryStatus.Suppressed)
            DeliveryMetrics.Suppressed(notification);
        else
            signal.Raise();
        return true;
    }

    private string? WhyNot(Preferences preferences, string channel) =>
        Wants(preferences, channel) ? MissingProvider(channel) : Suppression.SwitchedOff;

    private string? MissingProvider(string channel) => provided.Contains(channel) ? null : Suppression.NoProvider(channel);

    private static bool Wants(Preferences preferences, string channel) =>
        channel switch
        {
            Channels.Email => preferences.Email,
            Channels.Sms => preferences.Sms,
            Channels.Push => preferences.Push,
            _ => preferences.Inapp,
        };

    private static string? TemplateOf(ITicketEvent happened) =>
        happened switch
        {
            TicketCreated => TemplateNames.Joined,
            TicketCalled => TemplateNames.Called,
            TicketCancelled => TemplateNames.Cancelled,
            TicketNoShow => TemplateNames.NoShow,
            // Of a queue that is gone there is nothing to come back to.
            TicketExpired { Reason: not TicketExpired.QueueDeleted } => TemplateNames.Expired,
            _ => null,
        };
}
