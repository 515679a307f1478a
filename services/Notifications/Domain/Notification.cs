using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Domain;

/// <summary>One message to one person on one channel.</summary>
internal sealed record Notification
{
    /// <summary>The reason while nobody is asked to take it.</summary>
    public const string Away = "Who takes messages for it is away.";

    /// <summary>Where <see cref="Link"/> stands in <see cref="Message"/>.</summary>
    public const string LinkMark = "{link}";

    /// <summary>Its id, ordered by time.</summary>
    public required string Id { get; init; }

    /// <summary>The event it tells of. There is one notification an event and channel, however often the event comes.</summary>
    public required string EventId { get; init; }

    /// <summary>The account it is for; <c>null</c> for a guest, who is known by the ticket alone.</summary>
    public string? UserId { get; init; }

    /// <summary>The ticket it is about.</summary>
    public string? TicketId { get; init; }

    /// <summary>The branch it comes of; <c>null</c> if it comes of none, as the mails of an account.</summary>
    public string? BranchId { get; init; }

    /// <summary>The ticket's queue, number and queue's name as they were, for a ticket that joined: by them it is followed after a
    /// restart.</summary>
    public FollowedLine? Line { get; init; }

    /// <summary>The appointment it is about, as it is told of here, without what tells whose it is: small, and all that its file for a
    /// calendar is made of again at each attempt.</summary>
    public AppointmentState? Appointment { get; init; }

    public required string Type { get; init; }

    public required string Template { get; init; }

    public required string Subject { get; init; }

    public required string Message { get; init; }

    public required string Status { get; init; }

    /// <summary>Its version: every change is guarded by it, so that of two that claim it one gets it.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Where it goes: an email address or a phone number. Personal, and dropped once it is handed over.</summary>
    public string? Recipient { get; init; }

    /// <summary>A one-time link that belongs in the text. Secret: its recipient alone reads it, and it is dropped once the message is
    /// handed over or given up.</summary>
    public string? Link { get; init; }

    /// <summary>When that ends, UTC; then there is nothing left to send.</summary>
    public DateTimeOffset? LinkEndsAt { get; init; }

    /// <summary>The language it is written in.</summary>
    public string? Language { get; init; }

    /// <summary>While it is pending: when it is to be tried next, UTC. While someone tries, the end of their claim.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Pending since, UTC: made, or put back by hand.</summary>
    public DateTimeOffset? PendingSince { get; init; }

    /// <summary>Someone has claimed it and not said how it went.</summary>
    public bool InFlight { get; init; }

    /// <summary>The one who claimed it before never said how it went: it may have been handed over.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The destinations that have it already, where there are several and others are still to get it.</summary>
    public IReadOnlyList<string>? Reached { get; init; }

    /// <summary>Times it was tried to hand it over since it was made or put back.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it was not handed over.</summary>
    public string? LastError { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>An in-app notification about a ticket or an appointment. Keeping it is handing it over, so it is sent at once unless the
    /// person wants none.</summary>
    public static Notification InApp(
        string id,
        string eventId,
        string? userId,
        string? ticketId,
        string template,
        MessageText text,
        bool wanted,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = id,
            EventId = eventId,
            UserId = userId,
            TicketId = ticketId,
            Type = Channels.InApp,
            Template = template,
            Subject = text.Subject,
            Message = text.Message,
            Language = text.Language,
            Status = wanted ? DeliveryStatus.Sent : DeliveryStatus.Suppressed,
            Attempts = wanted ? 1 : 0,
            LastError = wanted ? null : Suppression.SwitchedOff,
            CreatedAt = now,
            SentAt = wanted ? now : null,
        };

    /// <summary>A notification for a provider to deliver, or kept with the reason why it is not delivered.</summary>
    public static Notification ToDeliver(
        string id,
        string eventId,
        string? userId,
        string? ticketId,
        string channel,
        string template,
        MessageText text,
        string? recipient,
        string? suppressed,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = id,
            EventId = eventId,
            UserId = userId,
            TicketId = ticketId,
            Type = channel,
            Template = template,
            Subject = text.Subject,
            Message = text.Message,
            Language = text.Language,
            Recipient = recipient,
            Status = suppressed is null ? DeliveryStatus.Pending : DeliveryStatus.Suppressed,
            Attempts = 0,
            LastError = suppressed,
            CreatedAt = now,
            PendingSince = suppressed is null ? now : null,
            NextAttemptAt = suppressed is null ? now : null,
        };

    /// <summary>What an address gets only so many of in a minute, each kind for itself: no flood of tickets keeps a call back, nor what is
    /// not about a ticket. Nor does a flood of appointments, which strangers can book, keep back the mails of an account.</summary>
    public string Kind =>
        TemplateNames.Urgent.Contains(Template) ? "call"
        : Appointment is not null ? "appointment"
        : TicketId is null ? "message"
        : "ticket";

    /// <summary>The key that names this message to its provider: the same at every attempt, in every process.</summary>
    public string DeliveryKey => $"{EventId}.{Type}";

    /// <summary>The text as its recipient reads it.</summary>
    public string Text() => Link is null ? Message : Message.Replace(LinkMark, Link, StringComparison.Ordinal);

    /// <summary>The text as the history shows it: without the link.</summary>
    public string TextWithoutLink() =>
        TemplateNames.WithLink.Contains(Template) ? Message.Replace(LinkMark, "…", StringComparison.Ordinal) : Message;

    /// <summary>Claimed for one attempt, until <paramref name="until"/>.</summary>
    public Notification Claimed(DateTimeOffset until) =>
        this with
        {
            Version = Version + 1,
            Attempts = Attempts + 1,
            Interrupted = InFlight,
            InFlight = true,
            NextAttemptAt = until,
        };

    public Notification Delivered(DateTimeOffset now) => Settled(DeliveryStatus.Sent, null) with { SentAt = now, Recipient = null };

    public Notification GivenUp(string reason) => Settled(DeliveryStatus.Failed, reason);

    /// <summary>Not to be sent after all.</summary>
    public Notification Withheld(string reason) => Settled(DeliveryStatus.Suppressed, reason);

    /// <summary>Failed this time; to be tried again.</summary>
    public Notification Postponed(DateTimeOffset at, string reason) =>
        this with
        {
            Version = Version + 1,
            InFlight = false,
            Interrupted = false,
            NextAttemptAt = at,
            LastError = reason,
        };

    /// <summary>Claimed and not tried: that is no attempt.</summary>
    public Notification Released(DateTimeOffset at) =>
        this with
        {
            Version = Version + 1,
            Attempts = Attempts - 1,
            InFlight = Interrupted,
            Interrupted = false,
            NextAttemptAt = at,
        };

    /// <summary>Not claimed, since nobody would take it now.</summary>
    public Notification Deferred(DateTimeOffset at) =>
        this with
        {
            Version = Version + 1,
            NextAttemptAt = at,
            LastError = LastError ?? Away,
        };

    /// <summary>Put back by hand, with all its attempts.</summary>
    public Notification PutBack(DateTimeOffset now) =>
        this with
        {
            Version = Version + 1,
            Status = DeliveryStatus.Pending,
            Attempts = 0,
            Reached = null,
            PendingSince = now,
            NextAttemptAt = now,
            InFlight = false,
            Interrupted = false,
        };

    /// <summary>From when what it tells of a guest is kept for nothing. They are told things during their visit, so that is when it was made.
    /// <c>null</c> while it is pending, where there is nothing of that kind, and for that of an account, with which it goes.</summary>
    public DateTimeOffset? ContactLeftAt() =>
        UserId is null && Status != DeliveryStatus.Pending && (Recipient is not null || Message.Length > 0) ? CreatedAt : null;

    /// <summary>The notification without its words, which may tell who was meant, and without where it went. Not a change of how far it
    /// has come: its version stays.</summary>
    public Notification Anonymous() => this with { Subject = "", Message = "", Recipient = null, LastError = null };

    /// <summary>What the edge is told, to show it; nothing for one that is suppressed.</summary>
    public IEnumerable<IEvent> Announcement()
    {
        if (Status != DeliveryStatus.Sent)
            yield break;
        yield return new NotificationCreated
        {
            EventId = Guid.CreateVersion7(CreatedAt),
            OccurredAt = CreatedAt,
            NotificationId = Id,
            Version = 1,
            UserId = UserId,
            TicketId = TicketId,
            BranchId = BranchId,
            Type = Type,
            Template = Template,
            Subject = Subject,
            Message = Message,
            CreatedAt = CreatedAt,
        };
    }

    private Notification Settled(string status, string? reason) =>
        this with
        {
            Version = Version + 1,
            Status = status,
            LastError = reason,
            InFlight = false,
            Interrupted = false,
            NextAttemptAt = null,
            PendingSince = null,
            Reached = null,
            Link = null,
            // Without an account, nothing erases the address later.
            Recipient = Link is null ? Recipient : null,
        };
}
