using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Testing;

/// <summary>
/// Some services in one process as the product hosts them, on embedded storage and the in-process bus, answering in memory.
/// </summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TemporaryFolder? ownFolder;

    private ServiceHost(WebApplication app, TimeProvider time, TemporaryFolder? ownFolder)
    {
        this.app = app;
        Time = time;
        this.ownFolder = ownFolder;
    }

    /// <summary>The clock of the services.</summary>
    public TimeProvider Time { get; }

    /// <summary>What it has told.</summary>
    public PublishedEvents Published => Services.GetRequiredService<PublishedEvents>();

    /// <summary>What its consumers have done.</summary>
    public Deliveries Deliveries => Services.GetRequiredService<Deliveries>();

    /// <summary>The container.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts the modules.</summary>
    /// <param name="modules">The services under test.</param>
    /// <param name="time">Their clock; the system's if absent.</param>
    /// <param name="settings">Settings by name.</param>
    /// <param name="configure">Replaces what a test needs replaced.</param>
    /// <param name="folder">The data folder, to start again on; a fresh one if absent.</param>
    public static async Task<ServiceHost> StartAsync(
        IReadOnlyList<IServiceModule> modules,
        TimeProvider? time = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        TemporaryFolder? folder = null
    )
    {
        time ??= TimeProvider.System;
        // It flows with the test from a host before this one, whose loggers are gone.
        MassTransit.LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance);
        var own = folder is null ? new TemporaryFolder() : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        // Else a local phone number would be of the country that the machine of the tests is in.
        builder.Configuration.AddInMemoryCollection([new("DEFAULT_TIME_ZONE", "UTC"), new("SMARTQUEUE_DATA", (folder ?? own!).Path)]);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Services.AddSingleton(time);
        var context = new ModuleContext(new SettingsReader(builder.Configuration), modules, [.. modules.Select(m => m.Name)], port: 4000);
        builder.AddModules(context);
        PublishedEvents.StandBefore(builder.Services);
        builder.Services.AddSingleton<Deliveries>();
        builder.Services.AddSingleton<IDeliveryObserver>(sp => sp.GetRequiredService<Deliveries>());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseTestServer();
        builder.Services.ConfigureHttpClientDefaults(http =>
            http.ConfigurePrimaryHttpMessageHandler(sp => new InnerCalls((TestServer)sp.GetRequiredService<IServer>()))
        );
        if (!context.Hosts(ServiceNames.Users))
            builder.Services.AddSingleton(TestTokens.Keys);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseModules(context);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ServiceHost(app, time, own);
    }

    /// <summary>A client nobody is signed in with.</summary>
    public HttpClient Guest() => app.GetTestClient();

    /// <summary>A client signed in as an account in a role, with a token of the tests' key.</summary>
    public HttpClient SignedIn(string userId, string role, params IReadOnlyList<string> branchIds) =>
        WithToken(TestTokens.For(userId, role, Time.GetUtcNow(), branchIds: branchIds.Count == 0 ? null : branchIds));

    /// <summary>A client that sends an access token.</summary>
    public HttpClient WithToken(string accessToken)
    {
        var client = app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    /// <summary>The way into the process, for clients other than <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler CreateHandler() => app.GetTestServer().CreateHandler();

    /// <summary>The same for WebSockets.</summary>
    public WebSocketClient CreateWebSocketClient() => app.GetTestServer().CreateWebSocketClient();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        ownFolder?.Dispose();
    }

    // What consumes events is made with its clients before the server has started, which makes no handler until then.
    private sealed class InnerCalls(TestServer server) : HttpMessageHandler
    {
        private readonly Lazy<HttpMessageInvoker> calls = new(() =>
            new HttpMessageInvoker(server.CreateHandler(call => call.Features.Set(InnerCall.Mark)))
        );

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            calls.Value.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing && calls.IsValueCreated)
                calls.Value.Dispose();
            base.Dispose(disposing);
        }
    }
}
