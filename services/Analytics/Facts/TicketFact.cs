using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Facts;

/// <summary>
/// What analytics knows of one ticket. Facts of the same ticket join to the same fact in any order and however often, so late and
/// repeated events change nothing. It holds no name, number or address of a person.
/// </summary>
internal sealed record TicketFact
{
    private readonly Words labels = new([]);

    /// <summary>The ticket's id; a transfer to another queue makes a new one.</summary>
    public required string TicketId { get; init; }

    /// <summary>The number people see.</summary>
    public required string TicketNumber { get; init; }

    /// <summary>The branch it happens in.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>What stays the same through transfers; <c>null</c> for tickets of earlier versions.</summary>
    public string? VisitId { get; init; }

    /// <summary>Where it was taken; <c>null</c> for tickets of earlier versions.</summary>
    public TicketSource? Source { get; init; }

    /// <summary>Words staff put on it.</summary>
    public IReadOnlyList<string> Labels
    {
        get => labels.All;
        init => labels = new Words(value);
    }

    /// <summary>The queue it stands in.</summary>
    public required string QueueId { get; init; }

    /// <summary>The account that owns it; <c>null</c> for a guest and once the account is erased.</summary>
    public string? UserId { get; init; }

    /// <summary>The queue's service day.</summary>
    public required DateOnly ServiceDay { get; init; }

    /// <summary>Its status: what became of it, or where it stands.</summary>
    public required TicketStatus Status { get; init; }

    /// <summary>Higher is called first.</summary>
    public required int Priority { get; init; }

    /// <summary>The counter that called it last.</summary>
    public string? Counter { get; init; }

    /// <summary>That counter's id; <c>null</c> without a counter, and for tickets that earlier versions called.</summary>
    public string? CounterId { get; init; }

    /// <summary>The operator who called or served it last; <c>null</c> once the account is erased.</summary>
    public string? ServedBy { get; init; }

    /// <summary>Times called again without an answer; back to 0 with each new call.</summary>
    public required int Recalls { get; init; }

    /// <summary>Joined the line, UTC; a transfer keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Entered this queue's line, UTC.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>The time of the appointment that its holder came for, UTC; <c>null</c> for a walk-in, and for tickets of earlier versions. A
    /// transfer keeps it.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    /// <summary>The wait its holder was told on joining; <c>null</c> once it gave up its place, and for tickets of earlier
    /// versions.</summary>
    public WaitPromise? Promise { get; init; }

    /// <summary>First called, UTC. The ticket itself forgets it when it is requeued and called again.</summary>
    public DateTimeOffset? FirstCalledAt { get; init; }

    /// <summary>Last called, UTC; <c>null</c> before the first call and after it went back in line.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>Service began, UTC; <c>null</c> before, and where it was served without a step of its own.</summary>
    public DateTimeOffset? ServingAt { get; init; }

    /// <summary>Service ended, UTC; <c>null</c> unless it was served.</summary>
    public DateTimeOffset? ServedAt { get; init; }

    /// <summary>Reached a status that closes it, UTC; <c>null</c> while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Last closed, UTC, as far as any event tells: it stays when a no-show comes back to the line.</summary>
    public DateTimeOffset? LastClosedAt { get; init; }

    /// <summary>The version of the ticket this was told by; the highest is kept.</summary>
    public required long Version { get; init; }

    /// <summary>What one event tells.</summary>
    public static TicketFact Of(TicketState ticket) =>
        new()
        {
            TicketId = ticket.Id,
            TicketNumber = ticket.TicketNumber,
            BranchId = ticket.BranchId,
            VisitId = ticket.VisitId,
            Source = ticket.Source,
            Labels = ticket.Labels,
            QueueId = ticket.QueueId,
            UserId = ticket.UserId,
            ServiceDay = ticket.ServiceDay,
            Status = ticket.Status,
            Priority = ticket.Priority,
            Counter = ticket.Counter,
            CounterId = ticket.CounterId,
            ServedBy = ticket.ServedBy,
            Recalls = ticket.Recalls,
            CreatedAt = ticket.CreatedAt,
            QueuedAt = ticket.QueuedAt,
            AppointmentAt = ticket.AppointmentAt,
            Promise = ticket.Promise,
            FirstCalledAt = ticket.CalledAt,
            CalledAt = ticket.CalledAt,
            ServingAt = ticket.ServingAt,
            ServedAt = ticket.ServedAt,
            ClosedAt = ticket.ClosedAt,
            LastClosedAt = ticket.ClosedAt,
            Version = ticket.Version,
        };

    /// <summary>What both tell together: the state of the later version, and the earliest call and the last end of either.</summary>
    public TicketFact Join(TicketFact other)
    {
        var latest = other.Version > Version ? other : this;
        return latest with
        {
            FirstCalledAt = other.FirstCalledAt < (FirstCalledAt ?? DateTimeOffset.MaxValue) ? other.FirstCalledAt : FirstCalledAt,
            LastClosedAt = LastEnd() > (other.LastEnd() ?? DateTimeOffset.MinValue) ? LastEnd() : other.LastEnd(),
        };
    }

    /// <summary>From entering the queue's line to the first call; <c>null</c> if never called.</summary>
    public TimeSpan? WaitTime() => FirstCalledAt is { } called ? Positive(called - QueuedAt) : null;

    /// <summary>When its holder is due in this queue, UTC; <c>null</c> for who stands in its line as a walk-in, as who was transferred to it
    /// does.</summary>
    public DateTimeOffset? DueAt() => VisitId is null || VisitId == TicketId ? AppointmentAt : null;

    /// <summary>From the begin of service, or the last call where no begin was noted, to its end; <c>null</c> unless served.</summary>
    public TimeSpan? ServiceTime()
    {
        if (Status != TicketStatus.Served || ServedAt is not { } end)
            return null;
        // A begin before the last call belongs to an earlier visit, before the ticket was set aside.
        var begin = ServingAt is { } serving && (CalledAt is not { } called || serving >= called) ? serving : CalledAt;
        return begin is { } start ? Positive(end - start) : null;
    }

    /// <summary>When it was last closed, as far as any event tells; facts that earlier versions kept do not say it apart.</summary>
    public DateTimeOffset? LastEnd() => LastClosedAt ?? ClosedAt;

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    /// <summary>Words that are equal by what they are, so that facts are.</summary>
    private sealed class Words(IReadOnlyList<string> all) : IEquatable<Words>
    {
        public IReadOnlyList<string> All { get; } = all;

        public bool Equals(Words? other) => other is not null && All.SequenceEqual(other.All, StringComparer.Ordinal);

        public override bool Equals(object? obj) => Equals(obj as Words);

        public override int GetHashCode() => All.Count;
    }
}
