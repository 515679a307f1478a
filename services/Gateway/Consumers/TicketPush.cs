using MassTransit;
using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes a ticket's change to those who follow it, and a call to the whole queue.</summary>
internal sealed class TicketPush<TEvent>(IHubContext<QueueHub> hub, TicketTracking tracking) : IConsumer<TEvent>
    where TEvent : class, ITicketEvent
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        var ticket = context.Message.Ticket;
        if (context.Message is TicketCalled or TicketRecalled)
        {
            GatewayMetrics.Pushes.Add(1);
            await hub.Clients.Groups(PushGroups.Queue(ticket.QueueId), PushGroups.Ticket(ticket.Id)).SendAsync(
                PushMessages.TicketCalled,
                new { queueId = ticket.QueueId, ticketId = ticket.Id, ticketNumber = ticket.TicketNumber, counter = ticket.Counter, recall = context.Message is TicketRecalled },
                context.CancellationToken);
        }

        await tracking.ChangedAsync(ticket, context.CancellationToken);
    }
}
