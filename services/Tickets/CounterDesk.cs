using System.Runtime.CompilerServices;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>Counters: which there are, what they serve, and who sits there.</summary>
internal sealed class CounterDesk(ICounterStore store, ITicketStore tickets, QueuePolicies policies, TimeProvider time)
{
    // As long as what was told of a new branch may be on its way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>A counter of the caller's branches.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>.</exception>
    public async Task<Counter> FindAsync(string counterId, Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(counterId, cancellationToken) is { } counter && caller.IsStaffOf(counter.BranchId)
            ? counter
            : throw new RefusedException(ErrorCodes.CounterNotFound, "There is no such counter.");

    /// <summary>A counter with what it holds.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>.</exception>
    public async Task<CounterView> ReadAsync(string counterId, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(await FindAsync(counterId, caller, cancellationToken), cancellationToken);

    /// <summary>Counters of some branches, or of all, in the order they were made.</summary>
    public async Task<Page<CounterView>> ListAsync(
        IReadOnlyCollection<string>? branchIds,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var counters = Page<Counter>.Of(await store.ListAsync(branchIds, page, cancellationToken), page, c => c.Id);
        var held = await tickets.HeldByAsync([.. counters.Items.Select(c => c.Id)], cancellationToken);
        return counters.Map(c => CounterView.Of(c, held.GetValueOrDefault(c.Id)));
    }

    /// <summary>Makes a counter.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c> for a branch or a queue of it that is not there, or a name that
    /// is taken.</exception>
    public Task<CounterView> CreateAsync(
        CounterDefinition definition,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                await RequireBranchAsync(definition.BranchId, caller, token);
                await RequireQueuesAsync(definition, token);
                var now = time.Now();
                var change = Counter.Create(time.NewId(), definition, now, caller.UserId);
                var view = CounterView.Of(change.Next, null);
                await NamedAsync(() => store.AddAsync(change, key?.Seal(view, now), token));
                return view;
            },
            cancellationToken
        );

    /// <summary>Gives a counter another definition. What it holds and who sits there stay.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, or <c>VALIDATION_FAILED</c> for a name that is
    /// taken, or a queue that is not there.</exception>
    public Task<CounterView> DefineAsync(
        string counterId,
        IReadOnlyCollection<long>? expected,
        Func<Counter, CounterDefinition> define,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            counterId,
            expected,
            async counter =>
            {
                var definition = define(counter);
                await RequireQueuesAsync(definition, cancellationToken);
                return counter.Define(definition, time.Now(), caller.UserId);
            },
            caller,
            key: null,
            cancellationToken
        );

    /// <summary>Deletes a counter that holds nobody.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>COUNTER_BUSY</c>, <c>VERSION_CONFLICT</c>.</exception>
    public Task DeleteAsync(string counterId, IReadOnlyCollection<long>? expected, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(
            counterId,
            expected,
            async counter =>
            {
                await RequireFreeAsync(counter, cancellationToken);
                return counter.Delete(time.Now(), caller.UserId);
            },
            caller,
            key: null,
            cancellationToken
        );

    /// <summary>Somebody sits down, comes back from a break, or takes over.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>COUNTER_TAKEN</c>.</exception>
    public Task<CounterView> OpenAsync(
        string counterId,
        bool takeOver,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        OnceAsync(
            counterId,
            counter =>
                Task.FromResult(
                    counter.Status == CounterStatus.Open && counter.OperatorId == caller.UserId
                        ? null
                        : counter.Open(caller.UserId!, takeOver, time.Now())
                ),
            caller,
            key,
            cancellationToken
        );

    /// <summary>Its operator takes a break.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>COUNTER_TAKEN</c>, <c>COUNTER_BUSY</c> with a ticket in hand,
    /// <c>INVALID_TRANSITION</c> where it is closed.</exception>
    public Task<CounterView> BreakAsync(
        string counterId,
        string? reason,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        OnceAsync(
            counterId,
            async counter =>
            {
                await RequireFreeAsync(counter, cancellationToken);
                return counter.Break(reason, caller.UserId!, time.Now());
            },
            caller,
            key,
            cancellationToken
        );

    /// <summary>Nobody sits there any more.</summary>
    /// <exception cref="RefusedException"><c>COUNTER_NOT_FOUND</c>, <c>COUNTER_BUSY</c> with a ticket in hand.</exception>
    public Task<CounterView> CloseAsync(string counterId, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken) =>
        OnceAsync(
            counterId,
            async counter =>
            {
                if (counter.Status == CounterStatus.Closed)
                    return null;
                await RequireFreeAsync(counter, cancellationToken);
                return counter.Close(time.Now(), caller.UserId);
            },
            caller,
            key,
            cancellationToken
        );

    /// <summary>The queues a counter calls from: those it is given, or where it is given none, all of its branch that people are in.</summary>
    public async Task<IReadOnlyList<string>> QueuesOfAsync(Counter counter, CancellationToken cancellationToken) =>
        counter.Queues.Count > 0
            ? [.. counter.Queues.Select(q => q.QueueId)]
            : await tickets.LinesWithOpenTicketsAsync(counter.BranchId, cancellationToken);

    /// <summary>The counter of a name that is to call from a queue. Where the queue lists none, or lists the name, and there is no counter
    /// of it yet, one is made.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c> for a counter that the queue does not have.</exception>
    public async Task<Counter> ForCallAsync(QueueDefinition queue, string name, Caller caller, CancellationToken cancellationToken)
    {
        var counter = await store.FindByNameAsync(queue.BranchId, name, cancellationToken);
        var listed = queue.Counters.Count == 0 || queue.Counters.Any(c => c.Name == name);
        if (!listed && counter?.Queues.Any(q => q.QueueId == queue.Id) != true)
        {
            var errors = new FieldErrors();
            errors.Add("counter", "must be one of the queue's counters");
            errors.ThrowIfAny();
        }

        return counter
            ?? await MakeAsync(
                queue.BranchId,
                name,
                queue.Counters.Count == 0 ? [] : [new QueueRank(queue.Id, 1)],
                caller.UserId,
                cancellationToken
            );
    }

    /// <summary>Sees to it that counters a queue lists are there and serve it. Repeating it is harmless.</summary>
    public async Task LinkAsync(QueueDefinition queue, IReadOnlyList<QueueCounter> listedCounters, CancellationToken cancellationToken)
    {
        // One that is listed by its id is there, or was deleted; it is not made again under the name it had.
        foreach (var listed in listedCounters.Where(c => c.Id is null))
        {
            var counter = await store.FindByNameAsync(queue.BranchId, listed.Name, cancellationToken)
                ?? await MakeAsync(queue.BranchId, listed.Name, [new QueueRank(queue.Id, 1)], by: null, cancellationToken);
            while (!counter.Serves(queue.Id))
            {
                var last = counter.Queues.Max(q => q.Rank);
                var definition = DefinitionOf(counter) with { Queues = [.. counter.Queues, new QueueRank(queue.Id, last + 1)] };
                if (
                    await store.SaveAsync(
                        counter.Define(definition, time.Now(), by: null),
                        counter.Version,
                        answer: null,
                        cancellationToken
                    )
                )
                    break;
                counter = await store.FindAsync(counter.Id, cancellationToken) ?? throw LineRefusals.TooManyRaces();
            }
        }
    }

    /// <summary>Takes down that a branch is there, or is no more: then its counters go too. Repeating it is harmless.</summary>
    public async Task SaveBranchAsync(string branchId, long version, bool there, CancellationToken cancellationToken)
    {
        await store.SaveBranchAsync(branchId, version, there, cancellationToken);
        if (there || await store.KnowsBranchAsync(branchId, cancellationToken))
            return;
        var page = PageRequest.First(200);
        while (await store.ListAsync([branchId], page, cancellationToken) is [_, ..] some)
        {
            foreach (var counter in some)
                await store.SaveAsync(counter.Delete(time.Now(), by: null), counter.Version, answer: null, cancellationToken);
        }
    }

    /// <summary>All counters, as they are, to tell again.</summary>
    public async IAsyncEnumerable<CounterUpdated> TellAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = PageRequest.First(200);
        IReadOnlyList<Counter> counters;
        do
        {
            counters = await store.ListAsync(branchIds: null, page, cancellationToken);
            foreach (var counter in counters)
                yield return counter.Told(time.Now());
            if (counters.Count > 0)
                page = page.Behind(counters[^1].Id);
        } while (counters.Count > page.Limit);
    }

    /// <summary>What stands of a counter, to be changed.</summary>
    public static CounterDefinition DefinitionOf(Counter counter) => new(counter.BranchId, counter.Name, counter.Queues, counter.Rule);

    private async Task<Counter> MakeAsync(
        string branchId,
        string name,
        IReadOnlyList<QueueRank> queues,
        string? by,
        CancellationToken cancellationToken
    )
    {
        var definition = new CounterDefinition(branchId, name, queues, CounterRule.Oldest);
        var change = Counter.Create(time.NewId(), definition, time.Now(), by);
        try
        {
            await store.AddAsync(change, answer: null, cancellationToken);
            return change.Next;
        }
        catch (NameTakenException)
        {
            // Another call at the same name was first.
            return await store.FindByNameAsync(branchId, name, cancellationToken) ?? throw LineRefusals.TooManyRaces();
        }
    }

    private Task<CounterView> OnceAsync(
        string counterId,
        Func<Counter, Task<CounterChange?>> decide,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    ) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            token => ChangeAsync(counterId, expected: null, decide, caller, key, token),
            cancellationToken
        );

    // Without If-Match the last valid change wins, so a change that came in between is read and decided on again.
    private async Task<CounterView> ChangeAsync(
        string counterId,
        IReadOnlyCollection<long>? expected,
        Func<Counter, Task<CounterChange?>> decide,
        Caller caller,
        IdempotencyKey? key,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < LineRefusals.MaxRaces; race++)
        {
            var counter = await FindAsync(counterId, caller, cancellationToken);
            expected.Require(counter.Version);
            if (await decide(counter) is not { } change)
                return await ViewAsync(counter, cancellationToken);
            var view = await ViewAsync(change.Next, cancellationToken);
            var saved = false;
            await NamedAsync(async () =>
                saved = await store.SaveAsync(change, counter.Version, key?.Seal(view, time.Now()), cancellationToken)
            );
            if (saved)
                return view;
        }

        throw LineRefusals.TooManyRaces();
    }

    private async Task<CounterView> ViewAsync(Counter counter, CancellationToken cancellationToken) =>
        CounterView.Of(counter, (await tickets.HeldByAsync(counter.Id, cancellationToken))?.Id);

    private async Task RequireFreeAsync(Counter counter, CancellationToken cancellationToken)
    {
        if (await tickets.HeldByAsync(counter.Id, cancellationToken) is not null)
            throw LineRefusals.CounterBusy(counter.Name);
    }

    private async Task RequireBranchAsync(string branchId, Caller caller, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var theirs = caller.IsStaffOf(branchId);
        while (!theirs || (branchId != Branches.Main && !await store.KnowsBranchAsync(branchId, cancellationToken)))
        {
            if (!theirs || !time.MadeWithin(branchId, 2 * Patience) || time.GetElapsedTime(begun) > Patience)
            {
                var errors = new FieldErrors();
                errors.Add("branchId", "must be a branch that there is");
                errors.ThrowIfAny();
            }

            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }

    private async Task RequireQueuesAsync(CounterDefinition definition, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < definition.Queues.Count; i++)
        {
            if (await BranchOfAsync(definition.Queues[i].QueueId, cancellationToken) != definition.BranchId)
                errors.Add(FormattableString.Invariant($"queues[{i}].queueId"), "must be a queue of the counter's branch");
        }

        errors.ThrowIfAny();
    }

    // A queue that was made a moment ago is waited for.
    private async Task<string?> BranchOfAsync(string queueId, CancellationToken cancellationToken)
    {
        try
        {
            return (await policies.GetAsync(queueId, cancellationToken)).BranchId;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.QueueNotFound)
        {
            return null;
        }
    }

    private static async Task NamedAsync(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (NameTakenException)
        {
            var errors = new FieldErrors();
            errors.Add("name", "must differ from the names of the branch's other counters");
            errors.ThrowIfAny();
        }
    }
}
