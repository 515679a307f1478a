using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Integration.Tests;

/// <summary>A provider of text messages on this machine, that takes all.</summary>
internal sealed class PhoneNetwork : IAsyncDisposable
{
    private readonly WebApplication app;

    private PhoneNetwork(WebApplication app) => this.app = app;

    /// <summary>The key of each message it got.</summary>
    public ConcurrentQueue<string> Keys { get; } = [];

    public string Url => app.Urls.Single();

    public static async Task<PhoneNetwork> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var network = new PhoneNetwork(builder.Build());
        network.app.Run(context =>
        {
            network.Keys.Enqueue(context.Request.Headers["Idempotency-Key"].ToString());
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
        await network.app.StartAsync(TestContext.Current.CancellationToken);
        return network;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
