using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Consumers;

/// <summary>Keeps how accounts are reached, also while notifications are switched off.</summary>
internal sealed class UserContacts(INotificationStore store) : IConsumer<UserRegistered>, IConsumer<UserUpdated>
{
    public Task Consume(ConsumeContext<UserRegistered> context) =>
        store.SaveContactAsync(Contact.Of(context.Message.User, context.Message.Version), context.CancellationToken);

    public Task Consume(ConsumeContext<UserUpdated> context) =>
        store.SaveContactAsync(Contact.Of(context.Message.User, context.Message.Version), context.CancellationToken);
}
