using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Http;

/// <summary>A queue on the wire: its definition and how it stands.</summary>
internal sealed record QueueView
{
    public required string Id { get; init; }

    /// <summary>The branch it is in, for ever.</summary>
    public required string BranchId { get; init; }

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

    /// <summary>Seconds one level of priority is worth in the line; <c>null</c>: whoever has the higher priority is strictly
    /// first.</summary>
    public required int? PriorityHeadStart { get; init; }

    public required NumberReset NumberReset { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<OpeningHours>? OpeningHours { get; init; }

    public required IReadOnlyList<Closure>? Closures { get; init; }

    /// <summary>Which of <c>timeZone</c>, <c>openingHours</c> and <c>closures</c> are its own; the others are its branch's.</summary>
    public required IReadOnlyList<string> Own { get; init; }

    /// <summary>How it takes appointments; <c>null</c>: it takes none.</summary>
    public required Booking? Booking { get; init; }

    /// <summary>Those it lists, and those that were given this queue; a counter that serves any queue is of none. The id is <c>null</c> until
    /// there is a counter of the name.</summary>
    public required IReadOnlyList<QueueCounter> Counters { get; init; }

    /// <summary>Whether it takes newcomers now: it is active, within its hours, in no closure, and not full.</summary>
    public required bool OpenNow { get; init; }

    /// <summary>When it opens next by its hours and closures, UTC; <c>null</c> while it is open by them, and where nothing says
    /// when.</summary>
    public required DateTimeOffset? OpensAt { get; init; }

    /// <summary>When it closes next by its hours and closures, UTC; <c>null</c> while it is closed by them, and where it never
    /// closes.</summary>
    public required DateTimeOffset? ClosesAt { get; init; }

    /// <summary>Why it is closed where neither its switch nor the clock says so: the reason of the closure that holds, or what an
    /// administrator has to mend; <c>null</c> otherwise.</summary>
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

    public static QueueView Of(Queue queue, LineStatus status, IReadOnlyCollection<Counter> ofBranch, DateTimeOffset now)
    {
        var calendar = queue.Definition.IsActive ? ServiceCalendar.Of(queue.Definition) : null;
        return new()
        {
            Id = queue.Id,
            BranchId = queue.Definition.BranchId,
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
            PriorityHeadStart = queue.Definition.PriorityHeadStart,
            NumberReset = queue.Definition.NumberReset,
            TimeZone = queue.Definition.TimeZone,
            // Decidedly none is an empty list here, too, so that it is told from what the branch has none of.
            OpeningHours = queue.Definition.OpeningHours?.Select(Domain.OpeningHours.Of).ToList() ?? (queue.Own.OpeningHours ? [] : null),
            Closures = queue.Definition.Closures?.Select(Closure.Of).ToList() ?? (queue.Own.Closures ? [] : null),
            Own = [.. OwnOf(queue.Own)],
            Booking = Booking.Of(queue.Definition.Booking),
            Counters = queue.CountersAmong(ofBranch),
            OpenNow = calendar?.IsOpen(now) == true && status.ActiveTickets.Count < queue.Definition.MaxActiveTickets,
            OpensAt = calendar?.OpensNext(now),
            ClosesAt = calendar?.ClosesNext(now),
            ClosedReason = ReasonOf(queue, calendar, now),
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

    private static IEnumerable<string> OwnOf(OwnSchedule own)
    {
        if (own.TimeZone)
            yield return "timeZone";
        if (own.OpeningHours)
            yield return "openingHours";
        if (own.Closures)
            yield return "closures";
    }

    private static string? ReasonOf(Queue queue, ServiceCalendar? calendar, DateTimeOffset now)
    {
        if (!queue.KnowsTimeZone())
            return $"The time zone {queue.Definition.TimeZone} is unknown to this server. An administrator can give the queue another one.";
        if (calendar is not null && queue.Definition.OpeningHours is [])
            return "It has no opening hours. An administrator can give it some.";
        return calendar?.ClosureAt(now)?.Reason;
    }
}
