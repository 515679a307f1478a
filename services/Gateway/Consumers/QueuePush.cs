using MassTransit;
using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes a queue's live status and announcements to those who follow it.</summary>
internal sealed class QueuePush(IHubContext<QueueHub> hub, LatestStatus latest) : IConsumer<QueueStatusChanged>, IConsumer<QueueAnnouncement>
{
    public Task Consume(ConsumeContext<QueueStatusChanged> context)
    {
        var status = context.Message;
        if (!latest.IsLatest(status.QueueId, status.OccurredAt)) return Task.CompletedTask;
        GatewayMetrics.Pushes.Add(1);
        return hub.Clients.Group(PushGroups.Queue(status.QueueId)).SendAsync(
            PushMessages.QueueUpdated, new QueueState(status.QueueId, status.CurrentNumber, status.ActiveTickets, status.Statistics), context.CancellationToken);
    }

    public Task Consume(ConsumeContext<QueueAnnouncement> context)
    {
        var said = context.Message;
        GatewayMetrics.Pushes.Add(1);
        return hub.Clients.Group(PushGroups.Queue(said.QueueId)).SendAsync(
            PushMessages.Announcement, new { queueId = said.QueueId, message = said.Message, at = said.OccurredAt }, context.CancellationToken);
    }
}
