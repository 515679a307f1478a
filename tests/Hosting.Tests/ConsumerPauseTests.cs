using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>What a consumer does while its own storage is away, on both buses.</summary>
public sealed class ConsumerPauseTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    // More than a message that fails by itself is tried.
    private const int ManyAttempts = 11;
    private const int Messages = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_consumer_whose_storage_is_away_loses_no_message_however_long_that_lasts(bool throughBroker)
    {
        var uri = throughBroker ? await broker.VirtualHostAsync() : null;
        var consumed = new ErasuresConsumed { Away = true };
        await using var host = await StartAsync(consumed, uri);
        await PublishAsync(host, Messages);
        await Eventually.TrueAsync(() => Task.FromResult(consumed.MostAttempts >= ManyAttempts), TimeSpan.FromSeconds(90));
        consumed.Away = false;
        await Eventually.TrueAsync(() => Task.FromResult(consumed.Done.Count == Messages));
        if (uri is not null)
            Assert.Equal(0, await SetAsideAsync(uri));
    }

    [Fact]
    public async Task A_process_that_stops_while_its_storage_is_away_gives_back_what_it_held()
    {
        var uri = await broker.VirtualHostAsync();
        var consumed = new ErasuresConsumed { Away = true };
        await using (var host = await StartAsync(consumed, uri))
        {
            await PublishAsync(host, Messages);
            await Eventually.TrueAsync(() => Task.FromResult(consumed.Begun == Messages));
        }

        Assert.Equal(0, await SetAsideAsync(uri));
        consumed.Away = false;
        await using var next = await StartAsync(consumed, uri);
        await Eventually.TrueAsync(() => Task.FromResult(consumed.Done.Count == Messages), TimeSpan.FromSeconds(60));
    }

    private async Task<long> SetAsideAsync(Uri uri) =>
        (await broker.DepthsAsync(uri)).GetValueOrDefault(ErrorQueues.Of(ErasuresModule.Endpoint));

    private static async Task PublishAsync(ServiceHost host, int count)
    {
        await host.Services.GetRequiredService<BusTopology>().DeclaredAsync(Token);
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        for (var i = 0; i < count; i++)
            await bus.PublishAsync(
                new UserErased
                {
                    EventId = Guid.CreateVersion7(),
                    OccurredAt = DateTimeOffset.UtcNow,
                    UserId = $"user-{i}",
                    Version = 1,
                },
                Token
            );
    }

    private static Task<ServiceHost> StartAsync(ErasuresConsumed consumed, Uri? uri) =>
        ServiceHost.StartAsync(
            [new ErasuresModule()],
            settings: uri is null ? null : new Dictionary<string, string?> { ["RABBITMQ_URI"] = uri.ToString() },
            configure: s => s.AddSingleton(consumed)
        );
}
