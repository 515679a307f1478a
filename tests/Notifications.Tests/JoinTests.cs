using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class JoinTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_joins_is_told_the_expected_wait_and_a_crowd_asks_for_it_once()
    {
        var tickets = new EtaModule(610);
        var told = await ToldAsync(tickets, 20, DateTimeOffset.UtcNow);
        Assert.All(told, n => Assert.Equal("You joined Registry {number} with number A-42. Expected wait: about 11 min.", n.Message));
        Assert.InRange(tickets.Asked, 1, 10);
    }

    [Fact]
    public async Task Without_an_estimate_they_are_told_all_the_same() =>
        Assert.Equal("You joined Registry {number} with number A-42.", (await ToldAsync(new EtaModule(null), 1, DateTimeOffset.UtcNow)).Single().Message);

    [Fact]
    public async Task Who_is_told_late_is_not_told_the_wait_of_now() =>
        Assert.Equal("You joined Registry {number} with number A-42.", (await ToldAsync(new EtaModule(610), 1, DateTimeOffset.UtcNow.AddMinutes(-2))).Single().Message);

    private static async Task<IReadOnlyList<Notification>> ToldAsync(EtaModule tickets, int people, DateTimeOffset at)
    {
        await using var host = await ServiceHost.StartAsync([new NotificationsModule(), tickets]);
        var bus = host.Services.GetRequiredService<IBus>();
        for (var i = 0; i < people; i++) await bus.Publish(Samples.Created(Samples.Ticket($"t{i}")) with { OccurredAt = at }, Token);
        var store = host.Services.GetRequiredService<INotificationStore>();
        return await Eventually.GetAsync(() => store.ListAsync(new(null, Channels.InApp, null), null, 50, Token), l => l.Count == people);
    }
}
