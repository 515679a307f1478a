namespace SmartQueue.Hosting.Modules;

/// <summary>Ends a call that takes too long. To who made it that is the same as a service that is away.</summary>
/// <param name="limit">How long it may take, until the answer begins.</param>
internal sealed class CallLimit(TimeSpan limit) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">It took too long, or failed.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        try
        {
            return await base.SendAsync(request, limited.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The service did not answer in time.", e);
        }
    }
}
