using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes a notification to the account it is for, and to those who follow the ticket it is about when it is a guest's.</summary>
internal sealed class NotificationIsPushed(IHubContext<QueueHub> hub, LiveTopics live) : IEventConsumer<NotificationCreated>
{
    public Task ConsumeAsync(NotificationCreated happened, CancellationToken cancellationToken)
    {
        var made = happened;
        var group =
            made.UserId is not null ? PushGroups.User(made.UserId)
            : made.TicketId is not null ? PushGroups.Ticket(made.TicketId)
            : null;
        if (group is null)
            return Task.CompletedTask;
        GatewayMetrics.Pushes.Add(1);
        if (made.UserId is not null)
            live.Publish(group, made);
        return hub
            .Clients.Group(group)
            .SendAsync(
                PushMessages.Notification,
                new
                {
                    id = made.NotificationId,
                    userId = made.UserId,
                    ticketId = made.TicketId,
                    type = made.Type,
                    template = made.Template,
                    subject = made.Subject,
                    message = made.Message,
                    createdAt = made.CreatedAt,
                },
                cancellationToken
            );
    }
}
