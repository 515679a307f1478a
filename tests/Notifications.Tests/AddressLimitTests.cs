using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>How many messages one address gets, whatever tickets name it.</summary>
public sealed class AddressLimitTests
{
    private const string Victim = "ann@example.org";
    private static readonly DeliveryOptions Options = new() { Sweep = TimeSpan.FromMilliseconds(20), PerAddress = 5 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_tickets_that_name_one_address_send_it_a_few_messages_and_never_keep_a_call_back()
    {
        var sender = new FakeSender();
        await using var host = await StartAsync(sender);
        var tickets = Enumerable.Range(0, 100).Select(i => Samples.Ticket($"t-{i}") with { Email = Victim }).ToList();
        foreach (var ticket in tickets)
            await PublishAsync(host, Samples.Created(ticket));
        var kept = await SuppressedAsync(host, 95);
        Assert.All(kept, n => Assert.Equal("Too many messages for this address within a minute.", n.LastError));
        Assert.Equal(5, sender.Sent.Count);

        await PublishAsync(host, Samples.Called(tickets[99]));
        await PublishAsync(host, Samples.Created(Samples.Ticket("other") with { Email = "bob@example.org" }));
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 7));
        Assert.Equal(["other", "t-99"], sender.Sent.Skip(5).Select(n => n.TicketId).Order());
        await PublishAsync(host, Samples.Cancelled(tickets[99]));
        await SuppressedAsync(host, 96);
    }

    [Fact]
    public async Task A_hundred_appointments_that_name_one_address_keep_nothing_else_back()
    {
        var sender = new FakeSender();
        await using var host = await StartAsync(sender);
        var start = host.Time.GetUtcNow().AddDays(2);
        for (var i = 0; i < 100; i++)
            await PublishAsync(host, Samples.Booked(Samples.Appointment($"a-{i}") with { Email = Victim, Start = start, End = start }));
        await SuppressedAsync(host, 95);
        await PublishAsync(host, Samples.Created(Samples.Ticket() with { Email = Victim }));
        var mail = Samples.Pending() with { TicketId = null, Template = TemplateNames.Custom, Recipient = Victim };
        var now = host.Time.GetUtcNow();
        await host
            .Services.GetRequiredService<INotificationStore>()
            .AddAsync(mail with { CreatedAt = now, PendingSince = now, NextAttemptAt = now }, null, Token);
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 7));
        Assert.Equal(5, sender.Sent.Count(n => n.Template == TemplateNames.AppointmentBooked));
    }

    [Fact]
    public async Task Who_has_one_ticket_gets_all_that_is_told_of_it()
    {
        var sender = new FakeSender();
        await using var host = await StartAsync(sender);
        var ticket = Samples.Ticket() with { Email = Victim };
        await PublishAsync(host, Samples.Created(ticket));
        for (var i = 0; i < 3; i++)
            await PublishAsync(host, Samples.Called(ticket with { Version = i }));
        await PublishAsync(host, Samples.Cancelled(ticket));
        await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 5));
    }

    [Fact]
    public async Task A_restart_does_not_begin_to_count_again()
    {
        using var folder = new TemporaryFolder();
        var sender = new FakeSender();
        await using (var host = await StartAsync(sender, folder))
        {
            for (var i = 0; i < 5; i++)
                await PublishAsync(host, Samples.Created(Samples.Ticket($"t-{i}") with { Email = Victim }));
            await Eventually.TrueAsync(() => Task.FromResult(sender.Sent.Count == 5));
        }

        await using var next = await StartAsync(sender, folder);
        await PublishAsync(next, Samples.Created(Samples.Ticket("t-5") with { Email = Victim }));
        await SuppressedAsync(next, 1);
        Assert.Equal(5, sender.Sent.Count);
    }

    [Theory]
    [InlineData("ann@example.org", "Ann+1@Example.org", true)]
    [InlineData("ann@example.org", "ann+spam+2@example.org", true)]
    [InlineData("ann@example.org", "bob@example.org", false)]
    [InlineData("ann@example.org", "ann@example.com", false)]
    public async Task An_address_with_a_tag_is_the_same_mailbox(string one, string other, bool same)
    {
        await using var sender = new EmailSender(
            new EmailOptions("localhost", 25, TlsFirst: false, null, new MimeKit.MailboxAddress("", "a@b.c")),
            TimeProvider.System
        );
        Assert.Equal(same, (await HashAsync(one)) == (await HashAsync(other)));

        async Task<string> HashAsync(string recipient) =>
            Assert.Single(await sender.DestinationsAsync(Samples.Pending() with { Recipient = recipient }, Token)).Address;
    }

    private static Task<ServiceHost> StartAsync(FakeSender sender, TemporaryFolder? folder = null) =>
        ServiceHost.StartAsync([new NotificationsModule()], folder: folder, configure: services =>
            services.AddSingleton(Options).AddSingleton<ISender>(sender)
        );

    private static Task PublishAsync(ServiceHost host, object message) =>
        host.Services.GetRequiredService<IEventPublisher>().PublishAsync(message, Token);

    private static Task<IReadOnlyList<Notification>> SuppressedAsync(ServiceHost host, int count)
    {
        var store = host.Services.GetRequiredService<INotificationStore>();
        return Eventually.GetAsync(
            () => store.ListAsync(new(null, Channels.Email, DeliveryStatus.Suppressed), null, 200, Token),
            all => all.Count == count
        );
    }
}
