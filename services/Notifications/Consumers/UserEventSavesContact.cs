using MassTransit;
using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Keeps how accounts are reached, also while notifications are switched off.</summary>
internal sealed class UserEventSavesContact(INotificationStore store) : IConsumer<UserRegistered>, IConsumer<UserUpdated>
{
    public Task Consume(ConsumeContext<UserRegistered> context) =>
        store.SaveContactAsync(Contact.Of(context.Message.User, context.Message.Version), context.CancellationToken);

    public Task Consume(ConsumeContext<UserUpdated> context) =>
        store.SaveContactAsync(Contact.Of(context.Message.User, context.Message.Version), context.CancellationToken);
}
