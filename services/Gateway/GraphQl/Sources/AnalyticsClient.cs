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
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<QueueFigures>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/analytics/queue/" + Uri.EscapeDataString(queueId), ("from", from), ("to", to)),
                null,
                cancellationToken
            )
        )!;

    public async Task<TrackedEvent> TrackAsync(CallerHeaders caller, object request, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<TrackedEvent>(caller, HttpMethod.Post, "/api/analytics/track", request, cancellationToken, key))!;
}
