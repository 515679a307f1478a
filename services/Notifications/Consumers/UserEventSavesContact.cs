using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Keeps how accounts are reached, also while notifications are switched off.</summary>
internal sealed class UserEventSavesContact(INotificationStore store) : IEventConsumer<UserRegistered>, IEventConsumer<UserUpdated>
{
    public Task ConsumeAsync(UserRegistered happened, CancellationToken cancellationToken) =>
        store.SaveContactAsync(Contact.Of(happened.User, happened.Version), cancellationToken);

    public Task ConsumeAsync(UserUpdated happened, CancellationToken cancellationToken) =>
        store.SaveContactAsync(Contact.Of(happened.User, happened.Version), cancellationToken);
}
