using System.Net;
using System.Net.Http.Json;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets;

/// <summary>Asks the queue service.</summary>
internal sealed class QueueClient(HttpClient http)
{
    /// <summary>A queue's definition; <c>null</c> if there is no such queue.</summary>
    public async Task<QueueDefinition?> FindAsync(string queueId, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(
            new Uri($"/api/queues/{Uri.EscapeDataString(queueId)}", UriKind.Relative),
            cancellationToken
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<QueueDefinition>(cancellationToken);
    }
}
