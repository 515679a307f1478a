using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>The analytics service on behalf of a caller.</summary>
internal sealed class AnalyticsClient(HttpClient http)
{
    public async Task<QueueFigures> FiguresAsync(
        CallerHeaders caller,
        string queueId,
        string? from,
        string? to,
        string? bucket,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<QueueFigures>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/analytics/queue/" + Uri.EscapeDataString(queueId), ("from", from), ("to", to), ("bucket", bucket)),
                null,
                cancellationToken
            )
        )!;

    /// <summary>What counters or the people at them did.</summary>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="whose"><c>counters</c>, or <c>staff</c>.</param>
    /// <param name="from">Begin of the range.</param>
    /// <param name="to">Its end, exclusive.</param>
    /// <param name="branchId">Only in this branch.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<T>> WorkAsync<T>(
        CallerHeaders caller,
        string whose,
        string? from,
        string? to,
        string? branchId,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<WorkReport<T>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/analytics/" + whose, ("from", from), ("to", to), ("branchId", branchId)),
                null,
                cancellationToken
            )
        )!.Items;

    public async Task<TrackedEvent> TrackAsync(CallerHeaders caller, object request, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<TrackedEvent>(caller, HttpMethod.Post, "/api/analytics/track", request, cancellationToken, key))!;

    private sealed record WorkReport<T>(IReadOnlyList<T> Items);
}
