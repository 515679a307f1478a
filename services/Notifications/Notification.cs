using SmartQueue.Contracts;

namespace SmartQueue.Notifications;

/// <summary>One message to one person on one channel.</summary>
internal sealed record Notification
{
    private const string SwitchedOff = "The person has switched this channel off.";

    /// <summary>Its id, ordered by time.</summary>
    public required string Id { get; init; }

    /// <summary>The event it tells of. There is one notification an event and channel, however often the event comes.</summary>
    public required string EventId { get; init; }

    /// <summary>The account it is for; <c>null</c> for a guest, who is known by the ticket alone.</summary>
    public string? UserId { get; init; }

    /// <summary>The ticket it is about.</summary>
    public string? TicketId { get; init; }

    /// <summary>One of <see cref="Channels"/>.</summary>
    public required string Type { get; init; }

    /// <summary>One of <see cref="TemplateNames"/>.</summary>
    public required string Template { get; init; }

    /// <summary>Its heading.</summary>
    public required string Subject { get; init; }

    /// <summary>Its text.</summary>
    public required string Message { get; init; }

    /// <summary>One of <see cref="Statuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Times it was tried to hand it over.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it was not handed over.</summary>
    public string? LastError { get; init; }

    /// <summary>Made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Handed over, UTC.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>An in-app notification about a ticket. Keeping it is handing it over, so it is sent at once unless the person wants none.</summary>
    public static Notification InApp(string id, ITicketEvent cause, string template, MessageText text, bool wanted, DateTimeOffset now) => new()
    {
        Id = id,
        EventId = cause.EventId.ToString(),
        UserId = cause.Ticket.UserId,
        TicketId = cause.TicketId,
        Type = Channels.InApp,
        Template = template,
        Subject = text.Subject,
        Message = text.Message,
        Status = wanted ? Statuses.Sent : Statuses.Suppressed,
        Attempts = wanted ? 1 : 0,
        LastError = wanted ? null : SwitchedOff,
        CreatedAt = now,
        SentAt = wanted ? now : null,
    };

    /// <summary>What the edge is told, to show it; nothing for one that is suppressed.</summary>
    public IEnumerable<IEvent> Announcement()
    {
        if (Status != Statuses.Sent) yield break;
        yield return new NotificationCreated
        {
            EventId = Guid.CreateVersion7(CreatedAt),
            OccurredAt = CreatedAt,
            NotificationId = Id,
            Version = 1,
            UserId = UserId,
            TicketId = TicketId,
            Type = Type,
            Template = Template,
            Subject = Subject,
            Message = Message,
            CreatedAt = CreatedAt,
        };
    }
}
