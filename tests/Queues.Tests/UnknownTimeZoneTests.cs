using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

/// <summary>A queue whose time zone this machine no longer knows, beside one that is well.</summary>
public sealed class UnknownTimeZoneTests : IAsyncLifetime
{
    private const string Gone = "Nowhere/Gone";

    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new QueuesModule()]);
        await AddAsync("gone", Sample.Definition() with { TimeZone = Gone });
        await AddAsync("well", Sample.Definition(prefix: "B"));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Every_queue_is_listed_and_it_alone_is_closed()
    {
        var queues = (await host.Guest().GetFromJsonAsync<JsonElement>("/api/queues", Token))
            .GetProperty("items")
            .EnumerateArray()
            .ToDictionary(q => q.GetProperty("id").GetString()!);
        Assert.True(queues["well"].GetProperty("openNow").GetBoolean());
        Assert.Equal(JsonValueKind.Null, queues["well"].GetProperty("closedReason").ValueKind);
        Assert.False(queues["gone"].GetProperty("openNow").GetBoolean());
        Assert.Contains(Gone, queues["gone"].GetProperty("closedReason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_names_it_and_the_process_stays_ready()
    {
        var health = await host.Guest().GetFromJsonAsync<JsonElement>("/health/ready", Token);
        var zones = health.GetProperty("checks").GetProperty("time-zones");
        Assert.Equal("degraded", zones.GetProperty("status").GetString());
        Assert.Equal($"Queue gone: its time zone {Gone} is unknown to this machine.", zones.GetProperty("description").GetString());
    }

    // As it was defined where the zone was known.
    private Task AddAsync(string id, QueueDefinition settings) =>
        host.Services.GetRequiredService<IQueueStore>().AddAsync(Queue.Create(id, settings, Sample.Now), null, Token);
}
