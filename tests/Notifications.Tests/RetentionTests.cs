using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>What of notifications is kept for a while only. Each start of the service is on another day.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_tells_of_a_guest_is_gone_thirty_days_after_their_visit_and_not_before()
    {
        await using (var host = await OnDayAsync(0))
        {
            await TellAsync(host, "first", userId: null);
            await TellAsync(host, "owned", "user-1");
        }

        await using (var host = await OnDayAsync(2))
            await TellAsync(host, "second", userId: null);

        await using var later = await OnDayAsync(31);
        var left = await Eventually.GetAsync(() => OfAsync(later, "first"), told => told.All(n => n.Message.Length == 0));
        Assert.Equal([Channels.Email, Channels.InApp, Channels.Sms], left.Select(n => n.Type).Order());
        Assert.All(left, n => Assert.Equal(("", null), (n.Subject, n.Recipient)));
        Assert.All(await OfAsync(later, "second"), n => Assert.NotEmpty(n.Message));
        Assert.Equal("ann@example.org", (await OfAsync(later, "second")).Single(n => n.Type == Channels.Email).Recipient);
        Assert.All(await OfAsync(later, "owned"), n => Assert.NotEmpty(n.Message));
    }

    private Task<ServiceHost> OnDayAsync(int day) =>
        ServiceHost.StartAsync([new NotificationsModule()], new FakeTimeProvider(Samples.Morning.AddDays(day)), folder: folder);

    private static async Task TellAsync(ServiceHost host, string ticketId, string? userId)
    {
        var ticket = Samples.Ticket(ticketId, userId) with { Email = "ann@example.org", Phone = "+34600111222" };
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(Samples.Called(ticket), Token);
        await Eventually.GetAsync(() => OfAsync(host, ticketId), told => told.Count == 3);
    }

    private static async Task<List<Notification>> OfAsync(ServiceHost host, string ticketId)
    {
        var all = await host.Services.GetRequiredService<INotificationStore>().ListAsync(new(null, null, null), null, 50, Token);
        return [.. all.Where(n => n.TicketId == ticketId)];
    }
}
