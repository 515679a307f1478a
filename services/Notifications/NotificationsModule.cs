using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Notifications.Consumers;
using SmartQueue.Notifications.Following;
using SmartQueue.Notifications.Http;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

/// <summary>The notification service: what people are told of their tickets and appointments, once, in their language.</summary>
public sealed class NotificationsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Notifications;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes { get; } = ["/api/notifications/{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } =
    [
        ServiceEndpoint.ForEach("notifications-tickets", typeof(TicketEventTellsHolder<>), TicketEventTypes.All),
        ServiceEndpoint.ForEach("notifications-appointments", typeof(AppointmentEventTellsHolder<>), AppointmentEventTypes.All),
        new("notifications-positions", [typeof(LinePositionsTellHolders)]) { PerInstance = true },
        new(
            "notifications-users",
            [typeof(UserErasedDropsNotifications), typeof(UserEventSavesContact), typeof(AccountLinkIssuedSendsMail)]
        ),
    ];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context) =>
        services
            .AddStorage(
                context,
                ServiceNames.Notifications,
                () => SqliteNotificationsSchema.Steps,
                () => MongoNotificationsSchema.Steps,
                MongoNotificationStore.NotificationsCollection
            )
            .Add<INotificationStore, SqliteNotificationStore, MongoNotificationStore>()
            .Add<ITextStore, SqliteTextStore, MongoTextStore>();

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        var options = NotificationsOptions.From(context.Settings);
        services.AddSingleton(options);
        if (options.ContactRetention is { } contacts)
            services.AddSingleton(sp => new Retention(
                Name,
                "Contact data of guests",
                contacts,
                sp.GetRequiredService<INotificationStore>().ForgetContactsAsync
            ));
        services.AddSingleton(new MessageTemplates(Path.Combine(context.TextsFolder, "messages")));
        services.AddSingleton<TextDesk>();
        services.AddSingleton<NotificationDesk>();
        services.AddSingleton<LinkMailDesk>();
        services.AddSingleton(AppointmentOptions.From(context));
        services.AddSingleton<AppointmentNoticeDesk>();
        services.AddDelivery(context);
        services.AddSingleton(LineOptions.From(context.Settings));
        services.AddSingleton<LineWatch>();
        if (options.Enabled)
            services.AddHostedService<ReminderWorker>();
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapNotifications();
        routes.MapTexts();
    }
}
