using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Storage;

/// <summary>
/// Keeps facts. Everything recorded is keyed and joined with what is there, so repeats and disorder change nothing; nothing is counted
/// up. Beside the facts stand rollups by branch, queue and hour, and in place of a queue those of what counters did
/// (<see cref="CounterWork.InsteadOfQueue"/>). Recording a ticket makes the rollup stale of the hour it joined in, and those of the hours in
/// which a counter had it; they are made again from the facts.
/// Where branches are asked for, <c>null</c> is all of them.
/// </summary>
internal interface IAnalyticsStore
{
    /// <summary>Joins a fact with what is known of its ticket. The name of an erased account is not kept.</summary>
    Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken);

    /// <summary>Keeps what is known of an appointment unless something later is.</summary>
    Task RecordAppointmentAsync(AppointmentFact fact, CancellationToken cancellationToken);

    /// <summary>Keeps a queue's profile unless a later one is there.</summary>
    Task RecordQueueAsync(QueueProfile queue, CancellationToken cancellationToken);

    /// <summary>Keeps what a counter is from an event on, unless that is kept already.</summary>
    Task RecordCounterAsync(CounterFact fact, CancellationToken cancellationToken);

    /// <summary>Takes the account off its facts, those it owns and those it served, and off its sessions at counters, now and for events still
    /// to come, and removes what it tracked.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The queue's profile; <c>null</c> for a queue never heard of, and for one of other branches.</summary>
    Task<QueueProfile?> FindQueueAsync(string queueId, IReadOnlyCollection<string>? branchIds, CancellationToken cancellationToken);

    /// <summary>Shows every fact of a queue whose ticket was created in the range, in no particular order.</summary>
    Task VisitQueueAsync(string branchId, string queueId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken);

    /// <summary>How many appointments of a queue whose time lies within the range had which outcome.</summary>
    Task<AppointmentTally> AppointmentsAsync(string branchId, string queueId, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Every queue ever heard of, by id.</summary>
    Task<IReadOnlyList<QueueProfile>> QueuesAsync(IReadOnlyCollection<string>? branchIds, CancellationToken cancellationToken);

    /// <summary>Every branch that had tickets or counters, by id.</summary>
    Task<IReadOnlyList<string>> BranchesAsync(CancellationToken cancellationToken);

    /// <summary>Shows every fact of a closed ticket that a counter of the branch may have had within the range (<see cref="HeldTime"/>), and
    /// perhaps others, in no particular order.</summary>
    Task VisitHeldAsync(string branchId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken);

    /// <summary>Shows every fact of a ticket that a counter of the branch has now.</summary>
    Task VisitRunningAsync(string branchId, Action<TicketFact> visit, CancellationToken cancellationToken);

    /// <summary>How long counters of the branch were open or on a break within the range, by operator. A session that goes on reaches its
    /// end.</summary>
    Task<IReadOnlyList<SessionSum>> SessionsAsync(string branchId, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Shows the stored rollups of a queue's hours, in no particular order.</summary>
    /// <param name="branchId">The queue's branch.</param>
    /// <param name="queueId">The queue, or <see cref="CounterWork.InsteadOfQueue"/>.</param>
    /// <param name="from">The first hour, counted from 1970 in UTC.</param>
    /// <param name="to">The hour after the last.</param>
    /// <param name="visit">Gets each packed rollup.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The hours that have facts but no rollup that holds all of them, in order.</returns>
    Task<IReadOnlyList<long>> VisitRollupsAsync(
        string branchId,
        string queueId,
        long from,
        long to,
        Action<ReadOnlyMemory<byte>> visit,
        CancellationToken cancellationToken
    );

    /// <summary>Computes some of the stale rollups again.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>How many were looked at; fewer than the limit when none is left.</returns>
    Task<int> RollUpAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes some of the tickets that joined before a time, with their rollups, and the sessions at counters that ended and the
    /// appointments whose time was before.</summary>
    /// <param name="before">The time; rollups go by whole hours.</param>
    /// <param name="limit">How many tickets at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>How many tickets were removed; fewer than the limit when none is left.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>The facts of an account, newest first.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="branchIds">Only those of these branches.</param>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="limit">How many at most; <c>null</c> for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(
        string userId,
        IReadOnlyCollection<string>? branchIds,
        FactPosition? after,
        int? limit,
        CancellationToken cancellationToken
    );

    /// <summary>Keeps a tracked event and its answer in one write.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key came first.</exception>
    /// <exception cref="Hosting.Errors.RefusedException"><c>USER_NOT_FOUND</c>: the account is erased.</exception>
    Task TrackAsync(TrackedEvent tracked, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>When the <paramref name="count"/>-th newest event of an account was taken in; <c>null</c> where there are fewer.</summary>
    Task<DateTimeOffset?> TrackedSinceAsync(string userId, int count, CancellationToken cancellationToken);

    /// <summary>Tracked events, the last one taken in first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The id of the last one of the page before.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<TrackedEvent>> TrackedAsync(TrackedFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes some of the events taken in before a time, the oldest first.</summary>
    /// <returns>How many were removed; fewer than the limit when none is left.</returns>
    Task<int> ForgetTrackedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    Task<TrackedEvent?> FindTrackedAsync(string id, CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
