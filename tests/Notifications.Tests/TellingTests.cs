using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>Which words each event is told in.</summary>
public sealed class TellingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Events =>
        new()
        {
            { nameof(TicketCreated), TemplateNames.Joined },
            { nameof(TicketCalled), TemplateNames.Called },
            { nameof(TicketCancelled), TemplateNames.Cancelled },
            { nameof(TicketNoShow), TemplateNames.NoShow },
            { nameof(TicketExpired), TemplateNames.Expired },
        };

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Each_event_is_told_in_words_of_its_own(string name, string template)
    {
        await using var host = await ServiceHost.StartAsync([new NotificationsModule()]);
        var store = host.Services.GetRequiredService<INotificationStore>();
        var happened = Of(name, Samples.Ticket());

        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(happened, Token);
        var told = await Eventually.GetAsync(() => store.ListAsync(new(null, null, null), null, 10, Token), all => all.Count > 0);

        Assert.Equal((template, happened.EventId.ToString()), (Assert.Single(told).Template, told[0].EventId));
    }

    private static ITicketEvent Of(string name, TicketState ticket) =>
        name switch
        {
            nameof(TicketCreated) => Samples.Created(ticket),
            nameof(TicketCalled) => Samples.Called(ticket),
            nameof(TicketCancelled) => Samples.Cancelled(ticket),
            nameof(TicketExpired) => Samples.Expired(ticket),
            _ => new TicketNoShow
            {
                EventId = Guid.NewGuid(),
                OccurredAt = DateTimeOffset.UtcNow,
                TicketId = ticket.Id,
                QueueId = ticket.QueueId,
                Version = ticket.Version + 1,
                Ticket = ticket with { Status = TicketStatus.NoShow, ClosedAt = Samples.Morning, Version = ticket.Version + 1 },
            },
        };
}
