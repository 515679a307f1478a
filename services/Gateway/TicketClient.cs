using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using SmartQueue.Gateway.GraphQl;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway;

/// <summary>Asks the ticket service.</summary>
internal sealed class TicketClient(HttpClient http)
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

    /// <summary>A ticket the caller may see.</summary>
    public async Task<Ticket> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Get, PathOf(id), null, cancellationToken))!;

    /// <summary>A page of tickets: the caller's own, or all for staff.</summary>
    public async Task<Page<Ticket>> ListAsync(
        CallerHeaders caller,
        string? queueId,
        string? status,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<Ticket>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(
                    "/api/tickets",
                    ("queueId", queueId),
                    ("status", status),
                    ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
                    ("cursor", cursor)
                ),
                null,
                cancellationToken
            )
        )!;

    /// <summary>The first tickets of the lines of several queues.</summary>
    public async Task<IReadOnlyList<Line>> LinesAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> queueIds,
        int limit,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<IReadOnlyList<Line>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(
                    "/api/tickets/lines",
                    ("ids", string.Join(',', queueIds)),
                    ("limit", limit.ToString(CultureInfo.InvariantCulture))
                ),
                null,
                cancellationToken
            )
        )!;

    /// <summary>The waits to expect for someone who joins one of several queues now.</summary>
    public async Task<IReadOnlyList<QueueEta>> EtasAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> queueIds,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<IReadOnlyList<QueueEta>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query("/api/tickets/etas", ("ids", string.Join(',', queueIds))),
                null,
                cancellationToken
            )
        )!;

    /// <summary>Takes a number.</summary>
    public async Task<Ticket> TakeAsync(CallerHeaders caller, object request, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Post, "/api/tickets", request, cancellationToken, key))!;

    /// <summary>Moves a ticket.</summary>
    public async Task<Ticket> ChangeAsync(CallerHeaders caller, string id, object change, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Put, PathOf(id), change, cancellationToken))!;

    /// <summary>Cancels a ticket.</summary>
    public Task CancelAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        http.SendAsync<Ticket>(caller, HttpMethod.Delete, PathOf(id), null, cancellationToken);

    /// <summary>Calls the next ticket; <c>null</c> if nobody waits.</summary>
    public Task<Ticket?> CallNextAsync(
        CallerHeaders caller,
        string queueId,
        object call,
        string? key,
        CancellationToken cancellationToken
    ) =>
        http.SendAsync<Ticket>(
            caller,
            HttpMethod.Post,
            $"/api/queues/{Uri.EscapeDataString(queueId)}/call-next",
            call,
            cancellationToken,
            key
        );

    private static string PathOf(string id) => "/api/tickets/" + Uri.EscapeDataString(id);
}
