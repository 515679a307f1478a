using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>
/// Keeps lines and tickets. Each write is one atomic step that carries its event and, where there is one, its kept answer: all of it is
/// durable when the call returns, or nothing is. A call that fails without an answer may have happened; repeating it is safe.
/// </summary>
internal interface ITicketStore
{
    /// <summary>
    /// Takes a place in a line and issues the ticket that stands there. No number of a branch and service day is issued twice, whichever
    /// way the day moves: the line goes to the day of the request and on after the highest number that has the prefix on that day. A number
    /// that an open ticket of the branch still has is passed over.
    /// </summary>
    /// <param name="request">The line and its limits.</param>
    /// <param name="issue">Makes the ticket of the place. May run more than once; only the last result counts.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <exception cref="Hosting.Errors.RefusedException"><c>QUEUE_CLOSED</c> for a closed line, <c>QUEUE_FULL</c>, <c>ALREADY_IN_QUEUE</c>
    /// or <c>RATE_LIMITED</c>; no number is used up.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task TakeAsync(
        PlaceRequest request,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    );

    /// <summary>Saves a change of a ticket that is still at <paramref name="expectedVersion"/>, and gives its place back if the change
    /// closes it.</summary>
    /// <param name="change">The change.</param>
    /// <param name="expectedVersion">The version it was decided on.</param>
    /// <param name="queue">The definition it was decided on, for a change that opens a closed ticket again; <c>null</c> for one that
    /// cannot.</param>
    /// <param name="answer">The answer to the request, where it is to be kept.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <returns><c>false</c> if someone else changed it first; then nothing is saved.</returns>
    /// <exception cref="Hosting.Errors.RefusedException"><c>COUNTER_BUSY</c>, <c>QUEUE_CLOSED</c> for a closed line, <c>QUEUE_FULL</c> or
    /// <c>ALREADY_IN_QUEUE</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> SaveAsync(
        TicketChange change,
        long expectedVersion,
        QueueDefinition? queue,
        StoredResponse? answer,
        CancellationToken cancellationToken
    );

    /// <summary>Closes a ticket and opens its successor in another line, both or neither.</summary>
    /// <returns><c>false</c> if someone else changed it first; then nothing is saved.</returns>
    /// <exception cref="Hosting.Errors.RefusedException"><c>QUEUE_CLOSED</c>, <c>QUEUE_FULL</c> or <c>ALREADY_IN_QUEUE</c> of the other
    /// line.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> TransferAsync(
        TicketChange closing,
        long expectedVersion,
        PlaceRequest target,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Closes a line unless there are open tickets in it. From then on nobody gets a place by a definition of
    /// <paramref name="version"/> or an earlier one; a later definition opens the line again, and a repeat of an old one does not.
    /// </summary>
    /// <param name="queueId">The line; one that nobody has stood in yet is closed all the same.</param>
    /// <param name="version">The version of the definition that is to be the last.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <returns><c>false</c> if there are open tickets; then nothing is saved.</returns>
    Task<bool> CloseLineAsync(string queueId, long version, CancellationToken cancellationToken);

    Task<Ticket?> FindAsync(string ticketId, CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>Keeps the answer of a request that changes nothing, or nothing more.</summary>
    /// <param name="branchId">The branch it was about.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task KeepAnswerAsync(string branchId, StoredResponse answer, CancellationToken cancellationToken);

    /// <summary>Calls who is next in one line or several: of those who are first in each, the one that <paramref name="choose"/> takes.</summary>
    /// <param name="queueIds">The lines.</param>
    /// <param name="now">UTC: whose appointments are due.</param>
    /// <param name="choose">Takes the next of one of the lines, of which there is at least one.</param>
    /// <param name="call">The call of that ticket, and the answer to keep. May run more than once; only the last result counts.</param>
    /// <param name="cancellationToken">Cancels it while nothing has happened.</param>
    /// <returns>The called ticket; <c>null</c> if nobody waits.</returns>
    /// <exception cref="Hosting.Errors.RefusedException"><c>COUNTER_BUSY</c>.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<Ticket?> CallFirstAsync(
        IReadOnlyList<string> queueIds,
        DateTimeOffset now,
        Func<IReadOnlyList<LineHead>, Ticket> choose,
        Func<Ticket, (TicketChange Change, StoredResponse? Answer)> call,
        CancellationToken cancellationToken
    );

    /// <summary>The ticket a counter holds, called or being served, of whichever queue.</summary>
    Task<Ticket?> HeldByAsync(string counterId, CancellationToken cancellationToken);

    /// <summary>What some counters hold: ticket ids by counter id. Those that hold nothing are not in it.</summary>
    Task<IReadOnlyDictionary<string, string>> HeldByAsync(IReadOnlyCollection<string> counterIds, CancellationToken cancellationToken);

    /// <summary>All open tickets of a line: at counters first by call, then waiting, those with an appointment first, then
    /// parked.</summary>
    Task<IReadOnlyList<Ticket>> OpenAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Some of the same.</summary>
    /// <param name="queueId">The line.</param>
    /// <param name="after">Behind which position; <c>null</c> from the first one on.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Ticket>> LineAsync(string queueId, LinePosition? after, int most, CancellationToken cancellationToken);

    /// <summary>The orders of those who wait, but for one ticket.</summary>
    Task<LineOrders> OrdersAsync(string queueId, string exceptTicketId, CancellationToken cancellationToken);

    /// <summary>How many others will be called before a ticket that waits, or is about to, as it stands; <paramref name="now"/> is UTC.
    /// </summary>
    Task<int> CountAheadAsync(Ticket ticket, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Those of a line who arrived for an appointment and wait.</summary>
    Task<BookedLine> BookedAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Tickets newest first, one more than the page holds if there are more.</summary>
    Task<IReadOnlyList<Ticket>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The lines that have open tickets, of a branch or of all.</summary>
    Task<IReadOnlyList<string>> LinesWithOpenTicketsAsync(string? branchId, CancellationToken cancellationToken);

    /// <summary>Removes what tells who a user's tickets belonged to, also from events not yet published.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Removes the same of guests whose tickets closed before a time, UTC.</summary>
    Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Takes tickets that closed before a time, UTC, out of those that lines are made of, where that makes the store's work less. They are
    /// read as before, and a change brings one back.
    /// </summary>
    Task MoveClosedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Those who have been called to a counter and have not come to it yet, of all queues.</summary>
    Task<IReadOnlyList<Ticket>> CalledAsync(CancellationToken cancellationToken);

    /// <summary>Finishes what requests left half-done that died before <paramref name="before"/>, UTC. Returns how many.</summary>
    Task<int> RecoverAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Makes the places of a line those of its open tickets again, where requests died before <paramref name="before"/>, UTC.
    /// </summary>
    /// <returns>How many places were taken back or given again; and since when the first one is on its way of which that cannot be said
    /// yet.</returns>
    Task<(int Recovered, DateTimeOffset? OnTheWay)> RecoverLineAsync(
        string queueId,
        DateTimeOffset before,
        CancellationToken cancellationToken
    );

    /// <summary>The last known definition of a queue; <c>null</c> if the queue was never heard of.</summary>
    Task<QueuePolicy?> FindPolicyAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Keeps a definition unless a later version is kept already.</summary>
    Task SavePolicyAsync(QueuePolicy policy, CancellationToken cancellationToken);
}
