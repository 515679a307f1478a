using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Notifications.Following;

/// <summary>Asks the ticket service how a line stands, as anyone may.</summary>
internal sealed class LineClient(HttpClient http)
{
    private const int Head = 200;

    /// <summary>The first of the line. Whoever stands further back is told nothing yet.</summary>
    public async Task<LineHead> HeadAsync(string queueId, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(
            new Uri($"/api/queues/{Uri.EscapeDataString(queueId)}/tickets?limit={Head}", UriKind.Relative),
            cancellationToken
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return LineHead.Empty;
        answer.EnsureSuccessStatusCode();
        return LineHead.Of((await answer.Content.ReadFromJsonAsync<Page<LinePlace>>(JsonSerializerOptions.Web, cancellationToken))!);
    }
}
