using System.Net;
using System.Net.Http.Json;

namespace SmartQueue.Gateway.Upstream;

/// <summary>Asks the queue service how queues stand, for those who follow them.</summary>
internal sealed class QueueStateClient(HttpClient http)
{
    /// <summary>A queue; <c>null</c> if there is none.</summary>
    public async Task<QueueResource?> FindAsync(string queueId, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(
            new Uri($"/api/queues/{Uri.EscapeDataString(queueId)}", UriKind.Relative),
            cancellationToken
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<QueueResource>(GatewayJson.Options, cancellationToken);
    }
}
