using System.Globalization;
using SmartQueue.Gateway.GraphQl.Types;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Gateway.GraphQl.Sources;

/// <summary>Asks the ticket service.</summary>
internal sealed class TicketClient(HttpClient http)
{
    /// <summary>A ticket the caller may see.</summary>
    public async Task<Ticket> GetAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Get, PathOf(id), null, cancellationToken))!;

    /// <summary>A page of tickets: the caller's own, or all for staff.</summary>
    public async Task<Page<Ticket>> ListAsync(
        CallerHeaders caller,
        string? branchId,
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
                    ("branchId", branchId),
                    ("queueId", queueId),
                    ("status", status),
                    ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
                    ("cursor", cursor)
                ),
                null,
                cancellationToken
            )
        )!;

    /// <summary>The first tickets of the lines of several queues, one line after the other.</summary>
    public async Task<IReadOnlyList<Ticket>> LinesAsync(
        CallerHeaders caller,
        IReadOnlyCollection<string> queueIds,
        int limit,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Page<Ticket>>(
                caller,
                HttpMethod.Get,
                ServiceCall.Query(
                    // With a comma behind the last, one id is several: a queue that is gone is left out.
                    $"/api/queues/{string.Concat(queueIds.Select(id => Uri.EscapeDataString(id) + ","))}/tickets",
                    ("limit", limit.ToString(CultureInfo.InvariantCulture))
                ),
                null,
                cancellationToken
            )
        )!.Items;

    /// <summary>The wait to expect for someone who joins a queue now; <c>null</c> if there is none.</summary>
    public async Task<Eta?> EtaAsync(CallerHeaders caller, string queueId, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync<Eta>(
                caller,
                HttpMethod.Get,
                $"/api/queues/{Uri.EscapeDataString(queueId)}/eta",
                null,
                cancellationToken
            );
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.QueueNotFound)
        {
            return null;
        }
    }

    public async Task<Ticket> TakeAsync(CallerHeaders caller, object request, string? key, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Post, "/api/tickets", request, cancellationToken, key))!;

    public async Task<Ticket> ChangeAsync(CallerHeaders caller, string id, object change, CancellationToken cancellationToken) =>
        (await http.SendAsync<Ticket>(caller, HttpMethod.Put, PathOf(id), change, cancellationToken))!;

    public async Task<Ticket> CorrectAsync(
        CallerHeaders caller,
        string id,
        object details,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Ticket>(caller, HttpMethod.Patch, PathOf(id), details, cancellationToken, key))!;

    public Task CancelAsync(CallerHeaders caller, string id, CancellationToken cancellationToken) =>
        http.SendAsync<Ticket>(caller, HttpMethod.Delete, PathOf(id), null, cancellationToken);

    /// <summary>Moves a ticket by one of the calls under its address, such as <c>recall</c>.</summary>
    public async Task<Ticket> MoveAsync(
        CallerHeaders caller,
        string id,
        string move,
        object? body,
        string? key,
        CancellationToken cancellationToken
    ) => (await http.SendAsync<Ticket>(caller, HttpMethod.Post, $"{PathOf(id)}/{move}", body, cancellationToken, key))!;

    /// <summary>Cancels all who wait in a queue; gives how many.</summary>
    public async Task<int> ClearAsync(
        CallerHeaders caller,
        string queueId,
        string reason,
        string? key,
        CancellationToken cancellationToken
    ) =>
        (
            await http.SendAsync<Cleared>(
                caller,
                HttpMethod.Post,
                $"/api/queues/{Uri.EscapeDataString(queueId)}/clear",
                new { reason },
                cancellationToken,
                key
            )
        )!.Cancelled;

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

    private sealed record Cleared(int Cancelled);
}
