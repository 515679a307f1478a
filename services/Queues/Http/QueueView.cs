using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A queue on the wire: its definition and how it stands.</summary>
internal sealed record QueueView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string? Description { get; init; }

    public required bool IsActive { get; init; }

    public required string Prefix { get; init; }

    public required int MaxActiveTickets { get; init; }

    public required int AverageServiceTime { get; init; }

    public required int SlaWaitTime { get; init; }

    public required int? NoShowAfter { get; init; }

    public required int MaxRecalls { get; init; }

    public required int RejoinGrace { get; init; }

    /// <summary>Seconds after closing when who still waits expires; <c>null</c>: when the service day is over, and not at all where numbers
    /// never start again.</summary>
    public required int? ExpireAfterClosing { get; init; }

    public required NumberReset NumberReset { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<OpeningHours>? OpeningHours { get; init; }

    public required IReadOnlyList<QueueCounter> Counters { get; init; }

    /// <summary>Whether it takes newcomers now: it is active, within its hours, and not full.</summary>
    public required bool OpenNow { get; init; }

    /// <summary>Why it is closed where neither its switch nor its hours say so; <c>null</c> otherwise.</summary>
    public required string? ClosedReason { get; init; }

    /// <summary>The n of the last call, 42 of <c>A-42</c>; <c>null</c> before the first of the day.</summary>
    public required int? CurrentNumber { get; init; }

    /// <summary>The number of the last call as people see it; <c>null</c> before the first of the day.</summary>
    public required string? CurrentTicketNumber { get; init; }

    public required IReadOnlyList<string> ActiveTickets { get; init; }

    public required QueueStatistics Statistics { get; init; }

    public required Announcement? Announcement { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }

    public static QueueView Of(Queue queue, LineStatus status, DateTimeOffset now) =>
        new()
        {
            Id = queue.Id,
            Name = queue.Definition.Name,
            Description = queue.Definition.Description,
            IsActive = queue.Definition.IsActive,
            Prefix = queue.Definition.Prefix,
            MaxActiveTickets = queue.Definition.MaxActiveTickets,
            AverageServiceTime = queue.Definition.AverageServiceTime,
            SlaWaitTime = queue.Definition.SlaWaitTime,
            NoShowAfter = queue.Definition.NoShowAfter,
            MaxRecalls = queue.Definition.MaxRecalls,
            RejoinGrace = queue.Definition.RejoinGrace,
            ExpireAfterClosing = queue.Definition.ExpireAfterClosing,
            NumberReset = queue.Definition.NumberReset,
            TimeZone = queue.Definition.TimeZone,
            OpeningHours = queue.Definition.OpeningHours?.Select(Domain.OpeningHours.Of).ToList(),
            Counters = queue.Definition.Counters,
            OpenNow = queue.IsWithinHours(now) && status.ActiveTickets.Count < queue.Definition.MaxActiveTickets,
            ClosedReason = queue.KnowsTimeZone()
                ? null
                : $"The time zone {queue.Definition.TimeZone} is unknown to this server. An administrator can give the queue another one.",
            CurrentNumber = TicketNumber.SequenceOf(status.CurrentNumber),
            CurrentTicketNumber = status.CurrentNumber,
            ActiveTickets = status.ActiveTickets,
            Statistics = status.Statistics,
            Announcement = queue.Announcement,
            CreatedAt = queue.Definition.CreatedAt,
            UpdatedAt = queue.Definition.UpdatedAt,
            Version = queue.Version,
        };
}
