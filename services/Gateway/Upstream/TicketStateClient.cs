using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace SmartQueue.Gateway.Upstream;

/// <summary>Asks the ticket service how tickets stand, for those who follow them.</summary>
internal sealed class TicketStateClient(HttpClient http)
{
    /// <summary>A ticket, if the holder of these may read it; else <c>null</c>.</summary>
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
}
