using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Http;

/// <summary>A notification as its person and staff see it.</summary>
internal sealed record NotificationView
{
    /// <summary>Opaque; names this notification in the paths of the interface.</summary>
    public required string Id { get; init; }

    /// <summary>The account it is for; <c>null</c> for a guest.</summary>
    public required string? UserId { get; init; }

    /// <summary>The ticket it is about.</summary>
    public required string? TicketId { get; init; }

    /// <summary>The branch it comes of; <c>null</c> if it comes of none.</summary>
    public required string? BranchId { get; init; }

    /// <summary><c>email</c>, <c>sms</c>, <c>push</c> or <c>inapp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it was made from.</summary>
    public required string Template { get; init; }

    /// <summary>Its heading: the subject of an email, the title of a push.</summary>
    public required string Subject { get; init; }

    /// <summary>Its text, with <c>…</c> for a link that its recipient alone may read.</summary>
    public required string Message { get; init; }

    /// <summary><c>pending</c>, <c>sent</c>, <c>failed</c> or <c>suppressed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Times it was tried to hand it over.</summary>
    public required int Attempts { get; init; }

    /// <summary>Why it was not handed over.</summary>
    public required string? LastError { get; init; }

    /// <summary>When it was made, UTC; in the app it is handed over at the same time.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was handed over, UTC; <c>null</c> until then, and where the person wants none.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>The view of a notification.</summary>
    public static NotificationView Of(Notification notification) =>
        new()
        {
            Id = notification.Id,
            UserId = notification.UserId,
            TicketId = notification.TicketId,
            BranchId = notification.BranchId,
            Type = notification.Type,
            Template = notification.Template,
            Subject = notification.Subject,
            Message = notification.TextWithoutLink(),
            Status = notification.Status,
            Attempts = notification.Attempts,
            LastError = notification.LastError,
            CreatedAt = notification.CreatedAt,
            SentAt = notification.SentAt,
        };
}
