using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Notifications.Consumers;
using SmartQueue.Notifications.Delivery;

namespace SmartQueue.Notifications;

/// <summary>The notification service: what people are told of their tickets, once, in their language.</summary>
public sealed class NotificationsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Notifications;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes { get; } = ["/api/notifications/{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } =
    [
        ServiceEndpoint.ForEach("notifications-tickets", typeof(TicketNotices<>), typeof(TicketCreated), typeof(TicketCalled), typeof(TicketCancelled)),
        new("notifications-users", [typeof(UserErasure), typeof(UserContacts)]),
    ];

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        services.AddSingleton(NotificationsOptions.From(context.Settings));
        services.AddSingleton(new MessageTemplates());
        services.AddStorage(context, ServiceNames.Notifications, MongoNotificationStore.NotificationsCollection)
            .Add<INotificationStore, SqliteNotificationStore, MongoNotificationStore>();
        services.AddSingleton<NotificationDesk>();
        services.AddDelivery(context);
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapNotifications();
}
