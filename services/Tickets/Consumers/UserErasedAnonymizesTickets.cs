using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Removes what tells who an erased user's tickets belonged to.</summary>
internal sealed class UserErasedAnonymizesTickets(ITicketStore store) : IEventConsumer<UserErased>
{
    public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken) =>
        store.EraseUserAsync(happened.UserId, cancellationToken);
}
