using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Removes all of an erased account, also while notifications are switched off.</summary>
internal sealed class UserErasedDropsNotifications(INotificationStore store) : IConsumer<UserErased>
{
    public Task Consume(ConsumeContext<UserErased> context) => store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
}
