using System.Net.Http.Json;

namespace SmartQueue.Queues;

/// <summary>Asks the ticket service.</summary>
internal sealed class TicketClient(HttpClient http)
{
    /// <summary>How long to wait for an answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Seconds that someone who joins each of the queues now is told to expect; queues it does not know are left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> WaitsAsync(IEnumerable<string> queueIds, CancellationToken cancellationToken)
    {
        var etas = await http.GetFromJsonAsync<IReadOnlyList<QueueEta>>(
            new Uri("/api/tickets/etas?ids=" + string.Join(',', queueIds.Select(Uri.EscapeDataString)), UriKind.Relative),
            cancellationToken
        );
        return etas!.ToDictionary(e => e.QueueId, e => e.Eta.EstimatedWaitTime);
    }

    private sealed record QueueEta(string QueueId, Eta Eta);

    private sealed record Eta(int EstimatedWaitTime);
}
