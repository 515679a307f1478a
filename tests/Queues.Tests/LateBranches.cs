using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Tests;

/// <summary>A branch store whose next reader comes too late: something happens after it has read.</summary>
internal sealed class LateBranches : IBranchStore
{
    private IBranchStore inner = null!;
    private Func<Task>? meanwhile;

    /// <summary>What happens, once.</summary>
    public Func<Task> Meanwhile
    {
        set => meanwhile = value;
    }

    public void Replace(IServiceCollection services)
    {
        var make = services.Single(s => s.ServiceType == typeof(IBranchStore)).ImplementationFactory!;
        services.Replace(
            ServiceDescriptor.Singleton<IBranchStore>(sp =>
            {
                inner = (IBranchStore)make(sp);
                return this;
            })
        );
    }

    public async Task<Branch?> FindAsync(string branchId, CancellationToken cancellationToken)
    {
        var branch = await inner.FindAsync(branchId, cancellationToken);
        if (Interlocked.Exchange(ref meanwhile, null) is { } act)
            await act();
        return branch;
    }

    public Task AddAsync(BranchChange change, StoredResponse? answer, CancellationToken cancellationToken) =>
        inner.AddAsync(change, answer, cancellationToken);

    public Task<bool> SaveAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken) =>
        inner.SaveAsync(change, expectedVersion, cancellationToken);

    public Task<bool> DeleteAsync(BranchChange change, long expectedVersion, CancellationToken cancellationToken) =>
        inner.DeleteAsync(change, expectedVersion, cancellationToken);

    public Task<Branch?> FindBySlugAsync(string slug, CancellationToken cancellationToken) =>
        inner.FindBySlugAsync(slug, cancellationToken);

    public Task<IReadOnlyList<Branch>> FindAsync(IReadOnlyCollection<string> branchIds, CancellationToken cancellationToken) =>
        inner.FindAsync(branchIds, cancellationToken);

    public Task<IReadOnlyList<Branch>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        inner.ListAsync(page, cancellationToken);

    public Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        inner.FindAnswerAsync(keyHash, cancellationToken);
}
