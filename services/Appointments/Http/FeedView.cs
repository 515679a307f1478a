using System.Text.Json.Serialization;
using SmartQueue.Appointments.Domain;

namespace SmartQueue.Appointments.Http;

/// <summary>A link by which calendars follow appointments.</summary>
internal sealed record FeedView
{
    public required string Id { get; init; }

    public required string BranchId { get; init; }

    /// <summary>The only queue in it; <c>null</c> for all of the branch.</summary>
    public required string? QueueId { get; init; }

    /// <summary>The account that made it.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last day on which a calendar read it, UTC; <c>null</c> if none did.</summary>
    public required DateOnly? LastUsedOn { get; init; }

    /// <summary>The link, which is a secret; shown once, to who makes it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }

    public static FeedView Of(Feed feed) =>
        new()
        {
            Id = feed.Id,
            BranchId = feed.BranchId,
            QueueId = feed.QueueId,
            CreatedBy = feed.CreatedBy,
            CreatedAt = feed.CreatedAt,
            LastUsedOn = feed.LastUsedOn,
        };
}
