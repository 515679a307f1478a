using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class ToldWaitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(Sample.Now);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new QueuesModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Statistics_promise_what_the_ticket_service_tells_newcomers()
    {
        var hall = await MakeAsync("Hall");
        var desk = await MakeAsync("Desk");
        await SayAsync(hall, 420);
        await SayAsync(desk, 45);
        await EstimatesAreAsync([420, 45], hall, desk);
        await SayAsync(hall, 480);
        await EstimatesAreAsync([480, 45], hall, desk);
    }

    [Fact]
    public async Task What_was_said_before_does_not_replace_what_was_said_later()
    {
        var hall = await MakeAsync("Hall");
        await SayAsync(hall, 420);
        await EstimatesAreAsync([420], hall);
        await SayAsync(hall, 60, seconds: -1);
        // Behind it on the same endpoint.
        var desk = await MakeAsync("Desk");
        await SayAsync(desk, 45);
        await EstimatesAreAsync([420, 45], hall, desk);
    }

    [Fact]
    public async Task What_is_not_said_again_while_people_wait_is_computed_by_the_statistics_themselves()
    {
        var hall = await MakeAsync("Hall");
        await SayAsync(hall, 420, "t1");
        await EstimatesAreAsync([420], hall);
        time.Advance(ToldWaits.GoodFor - TimeSpan.FromSeconds(1));
        await EstimatesAreAsync([420], hall);
        time.Advance(TimeSpan.FromSeconds(1));
        await EstimatesAreAsync([0], hall);
    }

    [Fact]
    public async Task Where_nobody_waits_it_holds_until_something_else_is_said()
    {
        var hall = await MakeAsync("Hall");
        await SayAsync(hall, 420);
        await EstimatesAreAsync([420], hall);
        time.Advance(TimeSpan.FromDays(1));
        await EstimatesAreAsync([420], hall);
    }

    private Task SayAsync(string queueId, int wait, params string[] waiting) => SayAsync(queueId, wait, 0, waiting);

    private Task SayAsync(string queueId, int wait, int seconds, params string[] waiting) =>
        host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(
                new LinePositionsChanged
                {
                    EventId = Guid.NewGuid(),
                    OccurredAt = time.GetUtcNow().AddSeconds(seconds),
                    QueueId = queueId,
                    TicketIds = waiting,
                    Waits = [.. waiting.Select(_ => wait)],
                    Lows = [.. waiting.Select(_ => wait)],
                    Highs = [.. waiting.Select(_ => wait)],
                    Whole = true,
                    NewcomerWait = wait,
                },
                Token
            );

    private Task EstimatesAreAsync(int[] expected, params string[] ids) =>
        Eventually.GetAsync(async () => (await EstimatesAsync(ids)).ToArray(), e => e.SequenceEqual(expected));

    private async Task<string> MakeAsync(string name)
    {
        using var made = await host.SignedIn("admin", Roles.Admin).PostAsJsonAsync("/api/queues", new { name }, Token);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<Made>(Token))!.Id;
    }

    private async Task<IEnumerable<int>> EstimatesAsync(params string[] ids)
    {
        var queues = (await host.Guest().GetFromJsonAsync<Queues>("/api/queues", Token))!.Items;
        return ids.Select(id => queues.Single(q => q.Id == id).Statistics.EstimatedWaitTime);
    }

    private sealed record Made(string Id);

    private sealed record Queues(IReadOnlyList<Listed> Items);

    private sealed record Listed(string Id, Statistics Statistics);

    private sealed record Statistics(int EstimatedWaitTime);
}
