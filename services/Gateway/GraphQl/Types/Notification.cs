using GraphQL;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A message to a person.</summary>
internal sealed record Notification
{
    [Id]
    public required string Id { get; init; }

    [Id]
    public string? UserId { get; init; }

    [Id]
    public string? TicketId { get; init; }

    /// <summary>Absent if it comes of no branch.</summary>
    [Id]
    public string? BranchId { get; init; }

    public required string Type { get; init; }

    public required string Template { get; init; }

    public required string Subject { get; init; }

    public required string Message { get; init; }

    /// <summary>Absent while it is just being made.</summary>
    public string? Status { get; init; }

    public int? Attempts { get; init; }

    public string? LastError { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    internal static Notification Of(NotificationCreated made) =>
        new()
        {
            Id = made.NotificationId,
            UserId = made.UserId,
            TicketId = made.TicketId,
            BranchId = made.BranchId,
            Type = made.Type,
            Template = made.Template,
            Subject = made.Subject,
            Message = made.Message,
            CreatedAt = made.CreatedAt,
        };
}
