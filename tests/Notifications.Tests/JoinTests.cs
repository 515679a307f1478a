using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

public sealed class JoinTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_joins_is_told_the_wait_that_their_ticket_promises() =>
        Assert.Equal(
            "You joined Registry {number} with number A-42. Expected wait: about 11 min.",
            await ToldAsync(new WaitPromise(610, 300, 900), DateTimeOffset.UtcNow)
        );

    [Fact]
    public async Task Without_a_promise_they_are_told_all_the_same() =>
        Assert.Equal("You joined Registry {number} with number A-42.", await ToldAsync(null, DateTimeOffset.UtcNow));

    [Fact]
    public async Task Who_is_told_late_is_not_told_the_wait_of_then() =>
        Assert.Equal(
            "You joined Registry {number} with number A-42.",
            await ToldAsync(new WaitPromise(610, 300, 900), DateTimeOffset.UtcNow.AddMinutes(-2))
        );

    private static async Task<string> ToldAsync(WaitPromise? promise, DateTimeOffset at)
    {
        await using var host = await ServiceHost.StartAsync([new NotificationsModule()]);
        await host
            .Services.GetRequiredService<IEventPublisher>()
            .PublishAsync(Samples.Created(Samples.Ticket() with { Promise = promise }) with { OccurredAt = at }, Token);
        var store = host.Services.GetRequiredService<INotificationStore>();
        return (await Eventually.GetAsync(() => store.ListAsync(new(null, Channels.InApp, null), null, 50, Token), l => l.Count == 1))[
            0
        ].Message;
    }
}
