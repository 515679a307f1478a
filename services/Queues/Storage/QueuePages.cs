using System.Runtime.CompilerServices;
using SmartQueue.Hosting.Http;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Goes through queues page by page.</summary>
internal static class QueuePages
{
    private const int PageSize = 200;

    /// <summary>All queues of a branch, or of all branches, in the order they were made.</summary>
    public static async IAsyncEnumerable<Queue> AllAsync(
        this IQueueStore store,
        string? branchId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var page = PageRequest.First(PageSize);
        IReadOnlyList<Queue> queues;
        do
        {
            queues = await store.ListAsync(active: null, branchId, page, cancellationToken);
            foreach (var queue in queues)
                yield return queue;
            if (queues.Count > 0)
                page = page.Behind(queues[^1].Id);
        } while (queues.Count > PageSize);
    }
}
