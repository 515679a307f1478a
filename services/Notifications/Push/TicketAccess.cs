using System.Net;

namespace SmartQueue.Notifications.Push;

/// <summary>Asks the ticket service whose ticket it is: tracking tokens are known there alone.</summary>
internal sealed class TicketAccess(HttpClient http)
{
    /// <summary>Whether the token opens the ticket.</summary>
    public async Task<bool> IsHeldAsync(string ticketId, string trackingToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tickets/{Uri.EscapeDataString(ticketId)}");
        request.Headers.TryAddWithoutValidation("X-Tracking-Token", trackingToken);
        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return false;
        answer.EnsureSuccessStatusCode();
        return true;
    }
}
