using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.Upstream;

/// <summary>Asks the ticket service how tickets stand, for those who follow them.</summary>
internal sealed class TicketStateClient(HttpClient http)
{
    private const int PageSize = 200;

    /// <summary>A ticket, if whoever holds these may read it; else <c>null</c>.</summary>
    public async Task<TrackedTicket?> FindAsync(
        string ticketId,
        string? accessToken,
        string? trackingToken,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tickets/{Uri.EscapeDataString(ticketId)}");
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        if (trackingToken is not null)
            request.Headers.TryAddWithoutValidation("X-Tracking-Token", trackingToken);
        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<TrackedTicket>(GatewayJson.Options, cancellationToken);
    }

    /// <summary>The open tickets of a queue by number.</summary>
    public async Task<IReadOnlyDictionary<string, LineEntry>> LineAsync(string queueId, CancellationToken cancellationToken)
    {
        var line = new Dictionary<string, LineEntry>();
        string? cursor = null;
        do
        {
            var path =
                $"/api/queues/{Uri.EscapeDataString(queueId)}/tickets?limit={PageSize}" + (cursor is null ? "" : "&cursor=" + cursor);
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return line;
            answer.EnsureSuccessStatusCode();
            var page = (await answer.Content.ReadFromJsonAsync<Page<LineEntry>>(GatewayJson.Options, cancellationToken))!;
            foreach (var entry in page.Items)
                line[entry.TicketNumber] = entry;
            cursor = page.NextCursor;
        } while (cursor is not null);
        return line;
    }
}
