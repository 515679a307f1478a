using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Notifications.Tests;

/// <summary>A provider's HTTP side, on a port of this machine. It keeps what it gets and answers as the test says.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private HttpReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Received> Requests { get; } = [];

    /// <summary>The next answers; after them all is well.</summary>
    public ConcurrentQueue<int> Answers { get; } = [];

    public string Url => app.Urls.Single();

    public static async Task<HttpReceiver> StartAsync(int otherwise = 201)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HttpReceiver(builder.Build());
        receiver.app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            receiver.Requests.Enqueue(
                new Received(
                    context.Request.Path,
                    context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                    body.ToArray()
                )
            );
            context.Response.StatusCode = receiver.Answers.TryDequeue(out var answer) ? answer : otherwise;
            if (context.Response.StatusCode is 429)
                context.Response.Headers.RetryAfter = "7";
            if (context.Response.StatusCode is 302)
                context.Response.Headers.Location = "/elsewhere";
        });
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
