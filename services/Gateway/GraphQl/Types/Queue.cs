using GraphQL;
using GraphQL.DataLoader;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A queue: its definition and how it stands. Durations are seconds.</summary>
internal sealed record Queue
{
    [Id]
    public required string Id { get; init; }

    [Id]
    public required string BranchId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required bool IsActive { get; init; }

    public required string Prefix { get; init; }

    public required int MaxActiveTickets { get; init; }

    public required int AverageServiceTime { get; init; }

    public required int SlaWaitTime { get; init; }

    public int? NoShowAfter { get; init; }

    public required int MaxRecalls { get; init; }

    public required int RejoinGrace { get; init; }

    /// <summary>Seconds after closing when who still waits expires; <c>null</c>: when the service day is over, and not at all where numbers
    /// never start again.</summary>
    public int? ExpireAfterClosing { get; init; }

    /// <summary>Seconds one level of priority is worth in the line; <c>null</c>: whoever has the higher priority is strictly
    /// first.</summary>
    public int? PriorityHeadStart { get; init; }

    public required string NumberReset { get; init; }

    public required string TimeZone { get; init; }

    public IReadOnlyList<OpeningHours>? OpeningHours { get; init; }

    public IReadOnlyList<Closure>? Closures { get; init; }

    /// <summary>Whether it takes newcomers now: it is active, within its hours, in no closure, and not full.</summary>
    public required bool OpenNow { get; init; }

    /// <summary>When it opens next by its hours and closures; <c>null</c> while it is open by them, and where nothing says
    /// when.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>When it closes next by its hours and closures; <c>null</c> while it is closed by them, and where it never
    /// closes.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>Why it is closed where neither its switch nor the clock says so: the reason of the closure that holds, or what an
    /// administrator has to mend; <c>null</c> otherwise.</summary>
    public string? ClosedReason { get; init; }

    /// <summary>Which of timeZone, openingHours and closures are its own; the others are its branch's.</summary>
    public required IReadOnlyList<string> Own { get; init; }

    /// <summary>How it takes appointments; <c>null</c>: it takes none.</summary>
    public Booking? Booking { get; init; }

    public required IReadOnlyList<QueueCounter> Counters { get; init; }

    /// <summary>The n of the last call, 42 of A-42; null before the first of the day.</summary>
    public int? CurrentNumber { get; init; }

    /// <summary>The number of the last call as people see it; null before the first of the day.</summary>
    public string? CurrentTicketNumber { get; init; }

    public required IReadOnlyList<string> ActiveTickets { get; init; }

    public required QueueStatistics Statistics { get; init; }

    public Announcement? Announcement { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Version { get; init; }

    /// <summary>The branch it is in; <c>null</c> if both are gone by now.</summary>
    [Name("branch"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<Branch?> LoadBranch([FromServices] Backend services) => services.BranchOf(this);

    /// <summary>The wait to expect for someone who joins it now; <c>null</c> if it is gone by now.</summary>
    [Name("eta"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<Eta?> LoadEta([FromServices] Backend services) => services.EtaOf(this);

    /// <summary>The first tickets of its line in calling order: whole ones for staff, for others the number, status, position and
    /// estimate.</summary>
    [Name("tickets"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<IReadOnlyList<Ticket>> LoadTickets([FromServices] Backend services, int limit = 50) =>
        services.LineOf(this, limit);
}
