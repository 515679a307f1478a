using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>Asks the queue service.</summary>
internal sealed class QueueClient(HttpClient http)
{
    /// <summary>More are not listed at once; anyone who has more pages through them over REST.</summary>
    private const int MaxQueues = 1000;

    /// <summary>A queue as the caller may see it.</summary>
    public async Task<Queue> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Queue>(caller, HttpMethod.Get, "/api/queues/" + Uri.EscapeDataString(id), null, cancellationToken))!;

    /// <summary>Those of some queues that there are.</summary>
    public async Task<IReadOnlyList<Queue>> FindAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> ids,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<Queue>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/queues", ("ids", string.Join(',', ids))),
                null,
                cancellationToken
            )
        )!.Items;

    /// <summary>All queues of a branch, or of all branches, oldest first.</summary>
    public Task<IReadOnlyList<Queue>> ListAsync(
        CallerHeaders caller,
        bool? active,
        string? branchId,
        CancellationToken cancellationToken
    ) =>
        http.AllAsync<Queue>(
            caller,
            "/api/queues",
            [("active", active is { } wanted ? (wanted ? "true" : "false") : null), ("branchId", branchId)],
            MaxQueues,
            cancellationToken
        );

    public async Task<Queue> CreateAsync(
        CallerHeaders caller,
        IReadOnlyDictionary<string, object?> definition,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Queue>(caller, HttpMethod.Post, "/api/queues", definition, cancellationToken, key))!;

    /// <summary>Says something to everyone in a queue.</summary>
    public async Task<Announcement> AnnounceAsync(
        CallerHeaders caller,
        string id,
        string message,
        string? key,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Announcement>(
                caller,
                HttpMethod.Post,
                $"/api/queues/{Uri.EscapeDataString(id)}/announce",
                new { message },
                cancellationToken,
                key
            )
        )!;

    /// <summary>Changes some of a definition.</summary>
    public async Task<Queue> UpdateAsync(
        CallerHeaders caller,
        string id,
        IReadOnlyDictionary<string, object?> patch,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Queue>(caller, HttpMethod.Patch, "/api/queues/" + Uri.EscapeDataString(id), patch, cancellationToken))!;
}
