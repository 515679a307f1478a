using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Push;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications;

/// <summary>Registers delivery: the workers, and a provider for each channel that has its settings.</summary>
internal static class DeliverySetup
{
    /// <summary>Reads the settings of delivery; a channel without its settings gets no provider.</summary>
    /// <exception cref="Hosting.Settings.StartupException">A setting is wrong.</exception>
    public static void AddDelivery(this IServiceCollection services, ModuleContext context)
    {
        services.AddSingleton(DeliveryOptions.From(context.Settings));
        services.AddSingleton<DeliverySignal>();
        services.AddSingleton<DeliveryMetrics>();
        if (EmailOptions.Read(context.Settings) is { } email)
            services.AddSingleton<ISender>(sp => new EmailSender(email, sp.GetRequiredService<TimeProvider>()));
        if (SmsOptions.Read(context.Settings) is { } sms)
        {
            services.AddProviderClient(SmsSender.Client);
            services.AddSingleton<ISender>(sp => new SmsSender(
                sms,
                sp.GetRequiredService<PhoneNumberReader>(),
                sp.GetRequiredService<IHttpClientFactory>(),
                sp.GetRequiredService<TimeProvider>()
            ));
        }

        var push = PushOptions.From(context);
        services.AddSingleton(push);
        services.AddSingleton<PushDesk>();
        services.AddServiceClient<TicketAccess>(context, ServiceNames.Tickets);
        if (push.Vapid is { } vapid)
        {
            services.AddProviderClient(PushSender.Client, push.Anywhere ? null : PublicAddresses.ConnectAsync);
            services.AddSingleton<ISender>(sp => new PushSender(
                vapid,
                sp.GetRequiredService<INotificationStore>(),
                sp.GetRequiredService<IHttpClientFactory>(),
                sp.GetRequiredService<TimeProvider>()
            ));
        }

        services.AddHostedService<DeliveryWorker>();
    }

    // No redirects, for they would carry numbers elsewhere; no request logs, for addresses are secrets. Delivery has its own time-outs and
    // retries.
    private static void AddProviderClient(
        this IServiceCollection services,
        string name,
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect = null
    ) =>
        services
            .AddHttpClient(name)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                    ConnectCallback = connect,
                }
            )
            .RemoveAllLoggers();
}
