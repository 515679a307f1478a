using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>A store whose process dies before it calls anyone, after what came before is durable; or in which something else happens just
/// before a change is saved.</summary>
internal sealed class DyingStore(ITicketStore store) : ITicketStore
{
    public bool Dies { get; set; }

    /// <summary>What happens before the next change is saved, once.</summary>
    public Func<Task>? BeforeSave { get; set; }

    public Task<Ticket?> CallFirstAsync(
        IReadOnlyList<string> queueIds,
        DateTimeOffset now,
        Func<IReadOnlyList<LineHead>, Ticket> choose,
        Func<Ticket, (TicketChange Change, StoredResponse? Answer)> call,
        CancellationToken cancellationToken
    ) => Dies ? throw new IOException("The process died.") : store.CallFirstAsync(queueIds, now, choose, call, cancellationToken);

    public Task TakeAsync(
        PlaceRequest request,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    ) => store.TakeAsync(request, issue, cancellationToken);

    public async Task<bool> SaveAsync(
        TicketChange change,
        long expectedVersion,
        QueueDefinition? queue,
        StoredResponse? answer,
        CancellationToken cancellationToken
    )
    {
        if (BeforeSave is { } before)
        {
            BeforeSave = null;
            await before();
        }

        return await store.SaveAsync(change, expectedVersion, queue, answer, cancellationToken);
    }

    public Task<bool> TransferAsync(
        TicketChange closing,
        long expectedVersion,
        PlaceRequest target,
        Func<Place, (TicketChange Change, StoredResponse? Answer)> issue,
        CancellationToken cancellationToken
    ) => store.TransferAsync(closing, expectedVersion, target, issue, cancellationToken);

    public Task<bool> CloseLineAsync(string queueId, long version, CancellationToken cancellationToken) =>
        store.CloseLineAsync(queueId, version, cancellationToken);

    public Task<Ticket?> FindAsync(string ticketId, CancellationToken cancellationToken) => store.FindAsync(ticketId, cancellationToken);

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        store.FindAnswerAsync(keyHash, cancellationToken);

    public Task KeepAnswerAsync(string branchId, StoredResponse answer, CancellationToken cancellationToken) =>
        store.KeepAnswerAsync(branchId, answer, cancellationToken);

    public Task<Ticket?> HeldByAsync(string counterId, CancellationToken cancellationToken) =>
        store.HeldByAsync(counterId, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> HeldByAsync(
        IReadOnlyCollection<string> counterIds,
        CancellationToken cancellationToken
    ) => store.HeldByAsync(counterIds, cancellationToken);

    public Task<IReadOnlyList<Ticket>> OpenAsync(string queueId, CancellationToken cancellationToken) =>
        store.OpenAsync(queueId, cancellationToken);

    public Task<IReadOnlyList<Ticket>> LineAsync(string queueId, LinePosition? after, int most, CancellationToken cancellationToken) =>
        store.LineAsync(queueId, after, most, cancellationToken);

    public Task<LineOrders> OrdersAsync(string queueId, string exceptTicketId, CancellationToken cancellationToken) =>
        store.OrdersAsync(queueId, exceptTicketId, cancellationToken);

    public Task<int> CountAheadAsync(Ticket ticket, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.CountAheadAsync(ticket, now, cancellationToken);

    public Task<BookedLine> BookedAsync(string queueId, CancellationToken cancellationToken) =>
        store.BookedAsync(queueId, cancellationToken);

    public Task<IReadOnlyList<Ticket>> ListAsync(TicketFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        store.ListAsync(filter, page, cancellationToken);

    public Task<IReadOnlyList<string>> LinesWithOpenTicketsAsync(string? branchId, CancellationToken cancellationToken) =>
        store.LinesWithOpenTicketsAsync(branchId, cancellationToken);

    public Task EraseUserAsync(string userId, CancellationToken cancellationToken) => store.EraseUserAsync(userId, cancellationToken);

    public Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.ForgetContactsAsync(before, cancellationToken);

    public Task MoveClosedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.MoveClosedAsync(before, cancellationToken);

    public Task<int> RecoverAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.RecoverAsync(before, cancellationToken);

    public Task<(int Recovered, DateTimeOffset? OnTheWay)> RecoverLineAsync(
        string queueId,
        DateTimeOffset before,
        CancellationToken cancellationToken
    ) => store.RecoverLineAsync(queueId, before, cancellationToken);

    public Task<IReadOnlyList<Ticket>> CalledAsync(CancellationToken cancellationToken) => store.CalledAsync(cancellationToken);

    public Task<QueuePolicy?> FindPolicyAsync(string queueId, CancellationToken cancellationToken) =>
        store.FindPolicyAsync(queueId, cancellationToken);

    public Task SavePolicyAsync(QueuePolicy policy, CancellationToken cancellationToken) =>
        store.SavePolicyAsync(policy, cancellationToken);
}
