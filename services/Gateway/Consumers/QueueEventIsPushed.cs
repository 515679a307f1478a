using Microsoft.AspNetCore.SignalR;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Schema;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Pushes a queue's live status and announcements to those who follow it.</summary>
internal sealed class QueueEventIsPushed(
    IHubContext<QueueHub> hub,
    LatestStatus latest,
    LiveTopics live,
    Recent<GraphQl.Types.Queue> recent,
    RecentStates states,
    NewcomerWaits waits
) : IEventConsumer<QueueStatusChanged>, IEventConsumer<QueueAnnouncement>, IEventConsumer<QueueUpdated>, IEventConsumer<QueueDeleted>
{
    public Task ConsumeAsync(QueueStatusChanged happened, CancellationToken cancellationToken)
    {
        var status = happened;
        // First, so that nobody who then sees that there is a newer status is given the older one.
        states.Forget(status.QueueId);
        if (!latest.IsLatest(status.QueueId, status.OccurredAt))
            return Task.CompletedTask;
        GatewayMetrics.Pushes.Add(1);
        live.Publish(PushGroups.Queue(status.QueueId), status);
        return hub
            .Clients.Group(PushGroups.Queue(status.QueueId))
            .SendAsync(PushMessages.QueueUpdated, QueueState.Of(status), cancellationToken);
    }

    public Task ConsumeAsync(QueueAnnouncement happened, CancellationToken cancellationToken)
    {
        var said = happened;
        Changed(said.QueueId, said);
        GatewayMetrics.Pushes.Add(1);
        return hub
            .Clients.Group(PushGroups.Queue(said.QueueId))
            .SendAsync(
                PushMessages.Announcement,
                new
                {
                    queueId = said.QueueId,
                    message = said.Message,
                    at = said.OccurredAt,
                },
                cancellationToken
            );
    }

    public Task ConsumeAsync(QueueUpdated happened, CancellationToken cancellationToken)
    {
        Changed(happened.QueueId, happened);
        return Task.CompletedTask;
    }

    public Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken)
    {
        Changed(happened.QueueId, happened);
        return Task.CompletedTask;
    }

    private void Changed(string queueId, object change)
    {
        recent.Forget(queueId);
        states.Forget(queueId);
        waits.Forget(queueId);
        live.Publish(PushGroups.Queue(queueId), change);
    }
}
