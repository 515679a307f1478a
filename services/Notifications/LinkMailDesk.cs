using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

/// <summary>
/// Mails one-time links. They are part of using an account, so nobody can switch them off. The link itself is kept apart from the text, and
/// only for as long as it is to be sent: staff who read the history see that there was one.
/// </summary>
internal sealed class LinkMailDesk(
    INotificationStore store,
    TextDesk texts,
    NotificationsOptions options,
    IEnumerable<ISender> senders,
    DeliverySignal signal,
    TimeProvider time
)
{
    private readonly bool mails = senders.Any(s => s.Channel == Channels.Email);

    /// <summary>Makes the mail of a link; once an event.</summary>
    public async Task MailAsync(AccountLinkIssued issued, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return;
        var now = time.Now();
        var text = await texts.RenderAsync(
            issued.Language,
            TemplateOf(issued.Kind),
            branchId: null,
            new Dictionary<string, string> { ["link"] = Notification.LinkMark },
            cancellationToken
        );
        var whyNot =
            !mails ? Suppression.NoProvider(Channels.Email)
            : issued.ExpiresAt <= now ? Suppression.TooLate
            : null;
        var mail = Notification.ToDeliver(
            time.NewId(),
            issued.EventId.ToString(),
            issued.UserId,
            null,
            Channels.Email,
            TemplateOf(issued.Kind),
            text,
            issued.Email,
            whyNot,
            now
        );
        if (whyNot is null)
            mail = mail with { Link = issued.Link, LinkEndsAt = issued.ExpiresAt };
        // Without an account nothing erases the address later.
        else
            mail = mail with { Recipient = null };
        if (!await store.AddAsync(mail, null, cancellationToken))
            return;
        if (whyNot is null)
            signal.Raise();
        else
            DeliveryMetrics.Suppressed(mail);
    }

    private static string TemplateOf(string kind) =>
        kind switch
        {
            AccountLinkIssued.Invitation => TemplateNames.Invitation,
            AccountLinkIssued.Reset => TemplateNames.Reset,
            AccountLinkIssued.Verification => TemplateNames.Verification,
            _ => throw new InvalidOperationException($"There is no link of the kind {kind}."),
        };
}
