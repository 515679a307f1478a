using System.Globalization;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>The notification service on behalf of a caller.</summary>
internal sealed class NotificationClient(HttpClient http)
{
    public async Task<Page<Notification>> ListAsync(
        CallerHeaders caller,
        string? userId,
        string? type,
        string? status,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<Notification>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(
                    "/api/notifications",
                    ("userId", userId),
                    ("type", type),
                    ("status", status),
                    ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
                    ("cursor", cursor)
                ),
                null,
                cancellationToken
            )
        )!;
}
