using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Gateway.Tests;

/// <summary>A process that forwards, in front of one that answers, both on real ports.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private WebApplication backend = null!;
    private WebApplication front = null!;
    private HttpClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        backend = await StartBackendAsync();
        front = await StartFrontAsync(backend.Urls.Single());
        client = ClientOf(front);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Method_path_query_headers_and_body_arrive_unchanged(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/echo/a%20b/%C3%A9?x=1&y=%26&x=2");
        request.Headers.Add("If-Match", "W/\"3\"");
        request.Headers.Add("Idempotency-Key", "k1");
        request.Headers.Add("X-Tracking-Token", "secret");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "abc");
        if (method is not "GET")
            request.Content = new StringContent("{\"ñ\": 1}", Encoding.UTF8, "application/merge-patch+json");
        using var answer = await client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("W/\"7\"", answer.Headers.ETag?.ToString());
        using var seen = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        string? Seen(string name) => seen.RootElement.GetProperty(name).GetString();
        Assert.Equal(method, Seen("method"));
        Assert.Equal("/api/echo/a%20b/%C3%A9?x=1&y=%26&x=2", Seen("target"));
        Assert.Equal(method is "GET" ? "" : "{\"ñ\": 1}", Seen("body"));
        Assert.Equal("W/\"3\"", Seen("ifMatch"));
        Assert.Equal("k1", Seen("key"));
        Assert.Equal("secret", Seen("token"));
        Assert.Equal("Bearer abc", Seen("authorization"));
        if (method is not "GET")
            Assert.Equal("application/merge-patch+json; charset=utf-8", Seen("contentType"));
    }

    [Fact]
    public async Task The_service_learns_the_address_of_the_client_and_not_what_it_claims()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/echo/x");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var answer = await client.SendAsync(request, Token);
        using var seen = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal("127.0.0.1", seen.RootElement.GetProperty("forwardedFor").GetString());
        Assert.Equal("http", seen.RootElement.GetProperty("forwardedProto").GetString());
    }

    [Fact]
    public async Task No_content_stays_no_content()
    {
        using var answer = await client.DeleteAsync(new Uri("/api/echo/status/204", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_refusal_passes_as_the_service_worded_it(int status)
    {
        using var answer = await client.GetAsync(new Uri($"/api/echo/status/{status}", UriKind.Relative), Token);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 304)
            return;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("{\"code\":\"FROM_BEHIND\"}", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_service_that_is_gone_is_a_503_that_says_when_to_try_again()
    {
        await backend.StopAsync(Token);
        using var answer = await client.PostAsync(new Uri("/api/echo/x", UriKind.Relative), new StringContent("{}"), Token);
        await RefusedAsync(answer, 503, "SERVICE_UNAVAILABLE");
        Assert.Equal("2", answer.Headers.GetValues("Retry-After").Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_a_413_whether_its_length_is_told_or_not(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo/x") { Content = new ByteArrayContent(new byte[100_000]) };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await client.SendAsync(request, Token);
        await RefusedAsync(answer, 413, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Only_routes_under_the_given_path_are_forwarded()
    {
        await using var narrow = await StartFrontAsync(backend.Urls.Single(), under: "/api/queues/");
        using var other = ClientOf(narrow);
        using var answer = await other.GetAsync(new Uri("/api/echo/x", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await front.DisposeAsync();
        await backend.DisposeAsync();
    }

    // It has another address, for calls within the process.
    private static HttpClient ClientOf(WebApplication front) =>
        new() { BaseAddress = new Uri(front.Urls.Single(u => u.StartsWith("http://127.0.0.1:", StringComparison.Ordinal))) };

    private static async Task<WebApplication> StartFrontAsync(string address, string under = "/")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([new("RABBITMQ_URI", "amqp://127.0.0.1:1"), new("TICKET_SERVICE_URL", address)]);
        var context = new ModuleContext(
            new SettingsReader(builder.Configuration),
            [new GatewayModule(), new EchoModule()],
            [ServiceNames.Gateway],
            port: 0
        );
        builder.AddModules(context);
        // What is tested needs neither storage nor bus.
        foreach (
            var hosted in builder
                .Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name != "GenericWebHostService")
                .ToList()
        )
            builder.Services.Remove(hosted);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.MapForwarding(context, under);
        await app.StartAsync(Token);
        return app;
    }

    private static async Task<WebApplication> StartBackendAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Map("/api/echo/status/{status:int}", async (int status, HttpContext http) =>
        {
            http.Response.StatusCode = status;
            if (status is 204 or 304)
                return;
            http.Response.ContentType = "application/problem+json";
            await http.Response.WriteAsync("{\"code\":\"FROM_BEHIND\"}", http.RequestAborted);
        });
        app.Map("/api/echo/{**rest}", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers;
            var body = await reader.ReadToEndAsync(http.RequestAborted);
            http.Response.Headers.ETag = "W/\"7\"";
            return Results.Json(
                new
                {
                    method = http.Request.Method,
                    target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
                    body,
                    ifMatch = headers.IfMatch.ToString(),
                    key = headers["Idempotency-Key"].ToString(),
                    token = headers["X-Tracking-Token"].ToString(),
                    authorization = headers.Authorization.ToString(),
                    contentType = headers.ContentType.ToString(),
                    forwardedFor = headers["X-Forwarded-For"].ToString(),
                    forwardedProto = headers["X-Forwarded-Proto"].ToString(),
                }
            );
        });
        await app.StartAsync(Token);
        return app;
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    private sealed class EchoModule : IServiceModule
    {
        public string Name => ServiceNames.Tickets;

        public IReadOnlyList<string> Routes { get; } = ["/api/echo/{**rest}"];

        public IReadOnlyList<ServiceEndpoint> Endpoints { get; } = [];

        public void AddServices(IServiceCollection services, ModuleContext context) { }

        public void MapEndpoints(IEndpointRouteBuilder routes) { }
    }
}
