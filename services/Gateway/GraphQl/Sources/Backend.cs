using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using GraphQL;
using GraphQL.DataLoader;
using Microsoft.AspNetCore.Http;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>The services as one caller sees them, for the length of one request. What several fields ask for is asked for at
/// once.</summary>
internal sealed class Backend
{
    private const int MaxLine = 200;
    private const int MaxKey = 128;
    private const int MinGuestKey = 16;
    private const int MostAsked = 8;

    private readonly NewcomerWaits waits;
    private readonly BatchLoader<string, Queue> queueLoader;
    private readonly BatchLoader<string, Branch> branchLoader;
    private readonly BatchLoader<string, IReadOnlyList<Queue>> branchQueueLoader;
    private readonly BatchLoader<string, User> userLoader;
    private readonly BatchLoader<string, Eta> etaLoader;
    private readonly Dictionary<int, BatchLoader<string, IReadOnlyList<Ticket>>> lineLoaders = [];

    public Backend(
        IHttpContextAccessor http,
        QueueClient queues,
        BranchClient branches,
        TicketClient tickets,
        CounterClient counters,
        AppointmentClient appointments,
        UserClient users,
        AnalyticsClient analytics,
        NotificationClient notifications,
        NewcomerWaits waits
    )
    {
        var context = http.HttpContext!;
        Caller = CallerHeaders.Of(context);
        UserId = context.User.FindFirst("sub")?.Value;
        (Queues, Branches, Tickets, Counters, Appointments) = (queues, branches, tickets, counters, appointments);
        (Users, Analytics, Notifications) = (users, analytics, notifications);
        this.waits = waits;
        queueLoader = new(IdList.Max, async (ids, token) => (await queues.FindAsync(Caller, ids, token)).ToDictionary(q => q.Id));
        branchLoader = new(IdList.Max, async (ids, token) => (await branches.FindAsync(Caller, ids, token)).ToDictionary(b => b.Id));
        branchQueueLoader = new(int.MaxValue, QueuesOfAsync);
        etaLoader = new(int.MaxValue, AskForEtasAsync);
        userLoader = new(IdList.Max, async (ids, token) => (await users.FindAsync(Caller, ids, token)).ToDictionary(u => u.Id));
    }

    public CallerHeaders Caller { get; }

    public string? UserId { get; }

    public QueueClient Queues { get; }

    public BranchClient Branches { get; }

    public TicketClient Tickets { get; }

    public CounterClient Counters { get; }

    public AppointmentClient Appointments { get; }

    public UserClient Users { get; }

    public AnalyticsClient Analytics { get; }

    public NotificationClient Notifications { get; }

    /// <summary>The caller, holding a ticket's tracking token, or an appointment's token.</summary>
    public CallerHeaders With(string? trackingToken) =>
        trackingToken is null ? Caller : Caller with { TrackingToken = Hosting.Auth.Caller.TrackingTokenOf(trackingToken) };

    /// <summary>
    /// The request's idempotency key, one for each change of the request. A guest's key must be unguessable by itself, since anyone who
    /// knows it gets the answer, tracking token included: the name of a field, which the document tells, adds nothing to that.
    /// </summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>: it is too short for a guest, or too long.</exception>
    public string? KeyOf(IResolveFieldContext field)
    {
        if (Caller.IdempotencyKey is not { Length: > 0 } key)
            return null;
        var errors = new FieldErrors();
        if (key.Length > MaxKey)
            errors.Add("Idempotency-Key", "must be at most 128 characters");
        if (UserId is null && key.Length < MinGuestKey)
            errors.Add("Idempotency-Key", "must be at least 16 characters");
        errors.ThrowIfAny();
        return field.FieldAst.Alias is { } alias
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key + "\n" + alias.Name.StringValue)))
            : key;
    }

    public IDataLoaderResult<Queue?> QueueOf(Ticket ticket) =>
        ticket.Parent is { } known ? new Loaded<Queue?>(known) : queueLoader.Load(ticket.QueueId);

    public IDataLoaderResult<Queue?> QueueOf(Appointment appointment) => queueLoader.Load(appointment.QueueId);

    public IDataLoaderResult<Branch?> BranchOf(Queue queue) => branchLoader.Load(queue.BranchId);

    public IDataLoaderResult<IReadOnlyList<Queue>?> QueuesOf(Branch branch) => branchQueueLoader.Load(branch.Id);

    // Guests see no account, so there is nothing to ask for.
    public IDataLoaderResult<User?> UserOf(Ticket ticket) =>
        ticket.UserId is null || UserId is null ? new Loaded<User?>(null) : userLoader.Load(ticket.UserId);

    public IDataLoaderResult<Eta?> EtaOf(Queue queue)
    {
        // The queue itself knows whether it is closed; what was told of its line may be from before it was, or opened again.
        var closed = queue.Statistics.EstimatedWaitTime is null;
        if (waits.Of(queue.Id) is not { } told || (!closed && told.EstimatedWaitTime is null))
            return etaLoader.Load(queue.Id);
        return new Loaded<Eta?>(closed ? told with { EstimatedWaitTime = null, Low = null, High = null } : told);
    }

    public IDataLoaderResult<IReadOnlyList<Ticket>> LineOf(Queue queue, int limit)
    {
        if (limit is < 1 or > MaxLine)
            throw new RefusedException(ErrorCodes.ValidationFailed, "The limit must be from 1 to 200.");
        BatchLoader<string, IReadOnlyList<Ticket>>? loader;
        lock (lineLoaders)
        {
            if (!lineLoaders.TryGetValue(limit, out loader))
            {
                lineLoaders[limit] = loader = new(IdList.Max, async (ids, token) =>
                    (await Tickets.LinesAsync(Caller, ids, limit, token))
                        .GroupBy(t => t.QueueId)
                        .ToDictionary(line => line.Key, line => (IReadOnlyList<Ticket>)[.. line])
                );
            }
        }

        return new Mapped<IReadOnlyList<Ticket>?, IReadOnlyList<Ticket>>(loader.Load(queue.Id), line =>
            [.. (line ?? []).Select(t => t with { QueueName = queue.Name, Parent = queue })]
        );
    }

    // Those of several branches come with all there are: one call.
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<Queue>>> QueuesOfAsync(
        IReadOnlyList<string> branchIds,
        CancellationToken cancellationToken
    )
    {
        var queues = (await Queues.ListAsync(Caller, active: null, branchIds.Count == 1 ? branchIds[0] : null, cancellationToken)).ToLookup(
            q => q.BranchId
        );
        return branchIds.ToDictionary(id => id, id => (IReadOnlyList<Queue>)[.. queues[id]]);
    }

    // Those that nobody told of lately: few, but for the first moments of a gateway.
    private async Task<IReadOnlyDictionary<string, Eta>> AskForEtasAsync(
        IReadOnlyList<string> queueIds,
        CancellationToken cancellationToken
    )
    {
        var etas = new ConcurrentDictionary<string, Eta>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            queueIds,
            new ParallelOptions { MaxDegreeOfParallelism = MostAsked, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                if (await waits.AskAsync(id, () => Tickets.EtaAsync(Caller, id, token)) is { } eta)
                    etas[id] = eta;
            }
        );
        return etas;
    }

    private sealed class Loaded<T>(T value) : IDataLoaderResult<T>
    {
        public Task<T> GetResultAsync(CancellationToken cancellationToken = default) => Task.FromResult(value);

        Task<object?> IDataLoaderResult.GetResultAsync(CancellationToken cancellationToken) => Task.FromResult<object?>(value);
    }

    private sealed class Mapped<TFrom, TTo>(IDataLoaderResult<TFrom> inner, Func<TFrom, TTo> map) : IDataLoaderResult<TTo>
    {
        public async Task<TTo> GetResultAsync(CancellationToken cancellationToken = default) =>
            map(await inner.GetResultAsync(cancellationToken));

        async Task<object?> IDataLoaderResult.GetResultAsync(CancellationToken cancellationToken) =>
            await GetResultAsync(cancellationToken);
    }
}
