using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Http;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>Branches: load, decide, save. Their queues follow when they hear of it.</summary>
internal sealed class BranchDesk(
    IBranchStore store,
    IQueueStore queues,
    QueueDesk queueDesk,
    QueuesOptions options,
    TimeProvider time,
    ILogger<BranchDesk> log
)
{
    /// <summary>Makes a branch.</summary>
    /// <exception cref="RefusedException"><c>VALIDATION_FAILED</c>, also for a slug that is taken.</exception>
    public Task<BranchView> CreateAsync(BranchRequest request, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken) =>
        Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                if (caller.BranchIds is not null)
                    throw new RefusedException(ErrorCodes.Forbidden, "Those who manage some branches only cannot make another.");
                var wanted = request.Validate(options.DefaultTimeZone);
                var id = time.NewId();
                var slugs = wanted.Slug.Length > 0 ? [wanted.Slug] : Slugs.For(wanted.Name).Where(s => !Slugs.LooksLikeId(s));
                foreach (var slug in slugs)
                {
                    var now = time.Now();
                    var change = Branch.Create(id, wanted with { Slug = slug }, now, caller.UserId);
                    var view = BranchView.Of(change.Next, [], now);
                    try
                    {
                        await store.AddAsync(change, key?.Seal(view, now), token);
                    }
                    catch (SlugTakenException)
                    {
                        continue;
                    }

                    Tell(change);
                    return view;
                }

                throw SlugTaken();
            },
            cancellationToken
        );

    /// <summary>A branch with its queues.</summary>
    /// <exception cref="RefusedException"><c>BRANCH_NOT_FOUND</c>.</exception>
    public async Task<BranchView> ReadAsync(string idOrSlug, CancellationToken cancellationToken)
    {
        var branch = await FindAsync(idOrSlug, cancellationToken);
        var its = await queueDesk.AllAsync(branch.Id, cancellationToken);
        return BranchView.Of(branch, its.Select(q => q.Prefix).Distinct(), time.Now()) with { Queues = its };
    }

    public async Task<Page<BranchView>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        var branches = Page<Branch>.Of(await store.ListAsync(page, cancellationToken), page, b => b.Id);
        return new(await ViewAsync(branches.Items, cancellationToken), branches.NextCursor);
    }

    /// <summary>Those of some branches that there are.</summary>
    public async Task<Page<BranchView>> ReadAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        new(await ViewAsync(await store.FindAsync(branchIds, cancellationToken), cancellationToken), null);

    /// <summary>Defines a branch as a manager wants it.</summary>
    /// <param name="idOrSlug">The branch.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="define">What is wanted of the branch as it stands.</param>
    /// <param name="caller">The manager; a branch that is not theirs does not exist for them.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>BRANCH_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, <c>VALIDATION_FAILED</c>, also for a slug that is
    /// taken.</exception>
    public async Task<BranchView> DefineAsync(
        string idOrSlug,
        IReadOnlyCollection<long>? expected,
        Func<BranchState, BranchRequest> define,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var branch = await TryAsync(
            idOrSlug,
            expected,
            caller,
            async branch =>
            {
                var wanted = define(branch.Definition).Validate(options.DefaultTimeZone, branch.Definition);
                var change = branch.Define(wanted, time.Now(), caller.UserId);
                try
                {
                    return (change, await store.SaveAsync(change, branch.Version, cancellationToken));
                }
                catch (SlugTakenException)
                {
                    throw SlugTaken();
                }
            },
            cancellationToken
        );
        return (await ViewAsync([branch], cancellationToken))[0];
    }

    /// <summary>Deletes a branch without queues.</summary>
    /// <exception cref="RefusedException"><c>BRANCH_NOT_FOUND</c>, <c>VERSION_CONFLICT</c>, <c>CONFLICT</c>: it has queues, or is
    /// <c>main</c>.</exception>
    public Task DeleteAsync(string idOrSlug, IReadOnlyCollection<long>? expected, Caller caller, CancellationToken cancellationToken) =>
        TryAsync(
            idOrSlug,
            expected,
            caller,
            async branch =>
            {
                if (branch.Id == Branches.Main)
                    throw new RefusedException(
                        ErrorCodes.Conflict,
                        "The branch main cannot be deleted: queues that name no branch are made in it. Give it another name instead."
                    );
                var change = branch.Delete(time.Now(), caller.UserId);
                return (change, await store.DeleteAsync(change, branch.Version, cancellationToken));
            },
            cancellationToken
        );

    private static RefusedException NotFound() => new(ErrorCodes.BranchNotFound, "There is no such branch.");

    private async Task<Branch> FindAsync(string idOrSlug, CancellationToken cancellationToken) =>
        await store.FindAsync(idOrSlug, cancellationToken) ?? await store.FindBySlugAsync(idOrSlug, cancellationToken) ?? throw NotFound();

    private async Task<Branch> FindAsync(string idOrSlug, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(idOrSlug, cancellationToken) is var branch && caller.IsStaffOf(branch.Id) ? branch : throw NotFound();

    private async Task<IReadOnlyList<BranchView>> ViewAsync(IReadOnlyList<Branch> branches, CancellationToken cancellationToken)
    {
        var prefixes = await queues.PrefixesAsync([.. branches.Select(b => b.Id)], cancellationToken);
        return [.. branches.Select(b => BranchView.Of(b, prefixes[b.Id], time.Now()))];
    }

    // Without If-Match the last valid change wins, so a change that came in between is read and decided on again.
    private async Task<Branch> TryAsync(
        string idOrSlug,
        IReadOnlyCollection<long>? expected,
        Caller caller,
        Func<Branch, Task<(BranchChange Change, bool Saved)>> attempt,
        CancellationToken cancellationToken
    )
    {
        var change = await Attempts.UntilSavedAsync(
            "branch",
            () => FindAsync(idOrSlug, caller, cancellationToken),
            b => b.Version,
            expected,
            attempt
        );
        Tell(change);
        return change.Next;
    }

    private static RefusedException SlugTaken()
    {
        const string Rule = "must differ from the slugs of other branches";
        return new(ErrorCodes.ValidationFailed, $"The field slug {Rule}.")
        {
            Fields = new Dictionary<string, string[]> { ["slug"] = [Rule] },
        };
    }

    private void Tell(BranchChange change) =>
        QueuesLog.BranchChanged(log, change.Next.Id, change.Next.Version, change.Event.GetType().Name);
}
