using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>The ticket service with a queue, and people who use it.</summary>
internal sealed class TicketsHost : IAsyncDisposable
{
    private readonly ServiceHost host;

    private TicketsHost(ServiceHost host, FakeTimeProvider time)
    {
        this.host = host;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => host.Services;

    public PublishedEvents Published => host.Published;

    public HttpClient Guest => host.Guest();

    public HttpClient Admin => host.SignedIn("admin", Roles.Admin);

    public HttpClient Operator => OperatorNamed("op");

    public ITicketStore Store => host.Services.GetRequiredService<ITicketStore>();

    public static async Task<TicketsHost> StartAsync(
        QueueDefinition? queue = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        TemporaryFolder? folder = null,
        DateTimeOffset? at = null
    )
    {
        var time = new FakeTimeProvider(at ?? Some.Noon);
        var host = await ServiceHost.StartAsync([new TicketsModule()], time, settings, folder: folder);
        var started = new TicketsHost(host, time);
        await started.DefineAsync(queue ?? Some.Queue());
        return started;
    }

    /// <summary>A guest at an address outside the house.</summary>
    public HttpClient GuestAt(string address)
    {
        var client = Guest;
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    /// <summary>An operator who is bound to a branch.</summary>
    public HttpClient OperatorOf(string branchId) => host.SignedIn("bound", Roles.Operator, branchId);

    /// <summary>An admin who is bound to a branch.</summary>
    public HttpClient AdminOf(string branchId) => host.SignedIn("bound admin", Roles.Admin, branchId);

    public HttpClient OperatorNamed(string id) => host.SignedIn(id, Roles.Operator);

    public HttpClient User(string id) => host.SignedIn(id, Roles.User);

    public Task DefineAsync(QueueDefinition queue) =>
        Store.SavePolicyAsync(new QueuePolicy(queue.Id, queue.Version, queue), TestContext.Current.CancellationToken);

    public async Task<JsonElement> TakeAsync(HttpClient? client = null, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tickets")
        {
            Content = JsonContent.Create(body ?? new { queueId = "q1" }),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await AnswerAsync(await (client ?? Guest).SendAsync(request, TestContext.Current.CancellationToken), HttpStatusCode.Created);
    }

    public async Task<JsonElement> CallNextAsync(string counter = "1", bool complete = false, string? key = null) =>
        await AnswerAsync(await SendAsync(Operator, HttpMethod.Post, "/api/queues/q1/call-next", new { counter, complete }, key: key));

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
