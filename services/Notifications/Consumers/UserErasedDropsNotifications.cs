using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Removes all of an erased account, also while notifications are switched off.</summary>
internal sealed class UserErasedDropsNotifications(INotificationStore store) : IEventConsumer<UserErased>
{
    public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken) =>
        store.EraseUserAsync(happened.UserId, cancellationToken);
}
