using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>Calls within a process that really listens.</summary>
public sealed class InnerCallTests : IAsyncLifetime
{
    private const int Large = 300_000;

    private readonly TemporaryFolder folder = new();
    private readonly int port = Ports.Free(1)[0];
    private readonly CallModule module = new();
    private WebApplication app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Inside => app.Services.GetRequiredService<InsideClient>().Http;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([
            new("SMARTQUEUE_DATA", folder.Path),
            new("SMARTQUEUE_BIND", "127.0.0.2"),
            new("PUBLIC_URL", "https://queue.example.org"),
        ]);
        var context = new ModuleContext(new SettingsReader(builder.Configuration), [module], [module.Name], port);
        builder.AddModules(context);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(TestTokens.Keys);
        app = builder.Build();
        app.UseModules(context);
        await app.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_service_of_the_same_process_is_called_whatever_address_it_is_bound_to() =>
        Assert.Equal("inner 127.0.0.1", await Inside.GetStringAsync("/call/who", Token));

    [Fact]
    public async Task A_call_from_outside_is_no_inner_call()
    {
        using var outside = new HttpClient { BaseAddress = new Uri($"http://127.0.0.2:{port}") };
        outside.DefaultRequestHeaders.Host = InProcessTransport.Address.Host;
        Assert.StartsWith("outer ", await outside.GetStringAsync("/call/who", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_process_tells_the_version_that_was_built()
    {
        var declared = XDocument.Load(Path.Combine(SystemProcess.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        using var outside = new HttpClient { BaseAddress = new Uri($"http://127.0.0.2:{port}") };
        foreach (var health in new[] { "/health/live", "/health/ready" })
            Assert.Equal(declared, (await outside.GetFromJsonAsync<JsonElement>(health, Token)).GetProperty("version").GetString());
    }

    [Fact]
    public async Task Large_bodies_pass_in_both_directions()
    {
        using var answer = await Inside.PostAsJsonAsync("/call/echo", new string('x', 60_000), Token);
        Assert.Equal(60_000, (await answer.Content.ReadFromJsonAsync<string>(Token))!.Length);
        Assert.Equal(Large, (await Inside.GetStringAsync("/call/large", Token)).Length);
    }

    [Fact]
    public async Task A_client_that_loses_its_patience_ends_what_is_done_for_it()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = Inside.GetStringAsync("/call/never", patience.Token);
        await module.Begun.Task.WaitAsync(Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await module.Ended.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_ends_as_if_its_service_were_away()
    {
        var hurried = app.Services.GetRequiredService<HurriedClient>().Http;
        // The first call of a process takes its time, and it must have begun to be ended.
        await Inside.GetStringAsync("/call/who", Token);
        var away = await Assert.ThrowsAsync<HttpRequestException>(() => hurried.GetStringAsync("/call/never", Token));
        Assert.Null(away.StatusCode);
        await module.Ended.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Many_calls_at_once_are_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Inside.GetStringAsync("/call/who", Token)));
        Assert.All(answers, a => Assert.Equal("inner 127.0.0.1", a));
    }

    [Fact]
    public async Task After_the_stop_a_call_is_refused_at_once()
    {
        await app.StopAsync(Token);
        using var bare = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("bare");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            bare.GetStringAsync(new Uri(InProcessTransport.Address, "/call/who"), Token)
        );
    }

    [Fact]
    public async Task A_service_that_closes_the_connection_as_it_opens_is_away_like_any_other()
    {
        using var dying = new TcpListener(IPAddress.Loopback, 0);
        dying.Start();
        var closing = CloseAllAsync(dying);
        using var bare = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("bare");
        var address = new Uri($"http://{dying.LocalEndpoint}/");
        // One in hundreds is closed just between the connection and the first look at it.
        for (var i = 0; i < 3000; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => bare.GetStringAsync(address, Token));

        dying.Stop();
        await closing;
    }

    [Theory]
    [InlineData("192.168.1.5", "http://192.168.1.5:4001/")]
    [InlineData("0.0.0.0", "http://127.0.0.1:4001/")]
    [InlineData("::", "http://[::1]:4001/")]
    public void A_service_of_another_process_is_looked_for_at_the_address_this_one_is_bound_to(string bind, string address)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("SMARTQUEUE_BIND", bind)]).Build();
        Assert.Equal(address, ModuleContext.ReachableAt(ModuleContext.BindAddress(new SettingsReader(settings)), 4001).ToString());
    }

    private static async Task CloseAllAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var accepted = await listener.AcceptSocketAsync(Token);
                accepted.LingerState = new LingerOption(enable: true, 0);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
        {
            // It was stopped.
        }
    }

    internal sealed class InsideClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    internal sealed class HurriedClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    private sealed class CallModule : IServiceModule
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "call";

        public IReadOnlyList<string> Routes => ["/call/{**rest}"];

        public IReadOnlyList<ServiceEndpoint> Endpoints => [];

        public void AddServices(IServiceCollection services, ModuleContext context)
        {
            services.AddServiceClient<InsideClient>(context, Name, TimeSpan.FromSeconds(20));
            services.AddServiceClient<HurriedClient>(context, Name, TimeSpan.FromMilliseconds(400));
            services.AddHttpClient("bare").ReachServices();
        }

        public void MapEndpoints(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/call/who", (HttpContext http) =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(InnerCall.Is(http) ? "inner" : "outer")} {http.Connection.RemoteIpAddress ?? IPAddress.None}"
                )
            );
            routes.MapPost("/call/echo", async (HttpRequest request, CancellationToken stop) =>
                Results.Json(await request.ReadFromJsonAsync<string>(stop))
            );
            routes.MapGet("/call/large", () => new string('x', Large));
            routes.MapGet("/call/never", async (HttpContext http) =>
            {
                Begun.SetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Ended.SetResult();
            });
        }
    }
}
