using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace SmartQueue.Queues.Tests;

/// <summary>Stands in for the ticket service, which closes lines.</summary>
internal sealed class FakeLines : HttpMessageHandler
{
    /// <summary>What it was asked, with the token it was asked by.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What it answers; <c>null</c> while it is away.</summary>
    public HttpStatusCode? Answer { get; set; } = HttpStatusCode.NoContent;

    /// <summary>What happens elsewhere in the moment a line is closed.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public void Replace(IServiceCollection services) =>
        services.AddHttpClient<LineClient>(typeof(LineClient).FullName!).ConfigurePrimaryHttpMessageHandler(() => this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery} {request.Headers.Authorization}");
        await Meanwhile();
        return Answer is { } status ? new HttpResponseMessage(status) : throw new HttpRequestException("away");
    }
}
