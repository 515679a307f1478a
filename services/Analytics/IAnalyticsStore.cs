using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics;

/// <summary>
/// Keeps facts. Everything recorded is keyed and joined with what is there, so repeats and disorder change nothing; nothing is counted
/// up. Figures are computed from facts alone, by queue and time: rollups may be added beside them and made anew from them at any time.
/// </summary>
internal interface IAnalyticsStore
{
    /// <summary>Joins a fact with what is known of its ticket. The name of an erased account is not kept.</summary>
    Task RecordTicketAsync(TicketFact fact, CancellationToken cancellationToken);

    /// <summary>Keeps a queue's profile unless a later one is there.</summary>
    Task RecordQueueAsync(QueueProfile queue, CancellationToken cancellationToken);

    /// <summary>Takes the account off its facts, now and for events still to come, and removes what it tracked.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The queue's profile; <c>null</c> for a queue never heard of.</summary>
    Task<QueueProfile?> FindQueueAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Shows every fact of a queue whose ticket was created in the range, in no particular order.</summary>
    Task VisitQueueAsync(string queueId, TimeRange range, Action<TicketFact> visit, CancellationToken cancellationToken);

    /// <summary>The facts of an account, newest first.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="limit">How many at most; <c>null</c> for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<TicketFact>> TicketsOfUserAsync(string userId, FactPosition? after, int? limit, CancellationToken cancellationToken);

    /// <summary>Keeps a tracked event and its answer in one write.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key came first.</exception>
    /// <exception cref="Hosting.Errors.RefusedException"><c>USER_NOT_FOUND</c>: the account is erased.</exception>
    Task TrackAsync(TrackedEvent tracked, StoredAnswer? answer, CancellationToken cancellationToken);

    /// <summary>A tracked event.</summary>
    Task<TrackedEvent?> FindTrackedAsync(string id, CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredAnswer?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);
}
