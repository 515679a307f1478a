using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Forgets the tickets of a deleted queue. It hears its own service's event, so that a crash after the deletion leaves nothing
/// behind.</summary>
internal sealed class QueueDeletedDropsLine(ILineStore lines, QueueStatusCache board) : IEventConsumer<QueueDeleted>
{
    public async Task ConsumeAsync(QueueDeleted happened, CancellationToken cancellationToken)
    {
        await lines.DropQueueAsync(happened.QueueId, cancellationToken);
        board.Forget(happened.QueueId);
    }
}
