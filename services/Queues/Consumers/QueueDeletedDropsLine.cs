using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues.Consumers;

/// <summary>Forgets the tickets of a deleted queue. It hears its own service's event, so that a crash after the deletion leaves nothing
/// behind.</summary>
internal sealed class QueueDeletedDropsLine(ILineStore lines, QueueStatusCache board) : IConsumer<QueueDeleted>
{
    public async Task Consume(ConsumeContext<QueueDeleted> context)
    {
        await lines.DropQueueAsync(context.Message.QueueId, context.CancellationToken);
        board.Forget(context.Message.QueueId);
    }
}
