using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Removes what tells who an erased user's tickets belonged to.</summary>
internal sealed class UserErasedAnonymizesTickets(ITicketStore store) : IConsumer<UserErased>
{
    public Task Consume(ConsumeContext<UserErased> context) => store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
}
