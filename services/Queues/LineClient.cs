using System.Globalization;
using System.Net;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Queues;

/// <summary>Has the ticket service, which owns the lines, close one.</summary>
internal sealed class LineClient(HttpClient http)
{
    /// <summary>Closes the line of a queue that is about to be deleted at a version; repeating it is harmless.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="version">The version that will be the last.</param>
    /// <param name="authorization">The <c>Authorization</c> header of the admin it is done for.</param>
    /// <param name="cancellationToken">Cancels it; the line may be closed by then.</param>
    /// <exception cref="RefusedException"><c>QUEUE_NOT_EMPTY</c>, or <c>UNAUTHENTICATED</c> for a token that has just ended.</exception>
    /// <exception cref="HttpRequestException">The ticket service is away.</exception>
    public async Task CloseAsync(string queueId, long version, string? authorization, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/queues/{Uri.EscapeDataString(queueId)}/line?version={version}");
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await http.SendAsync(request, cancellationToken);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.Conflict:
                throw new RefusedException(ErrorCodes.QueueNotEmpty, "The queue has active tickets. Serve, transfer or cancel them first.");
            case HttpStatusCode.Unauthorized:
                throw new RefusedException(ErrorCodes.Unauthenticated, "Sign in again.");
            default:
                answer.EnsureSuccessStatusCode();
                return;
        }
    }
}
