using SmartQueue.Analytics;
using SmartQueue.Appointments;
using SmartQueue.Gateway;
using SmartQueue.Hosting.Modules;
using SmartQueue.Notifications;
using SmartQueue.Queues;
using SmartQueue.Tickets;
using SmartQueue.Users;

namespace SmartQueue.Host;

/// <summary>Every service there is.</summary>
internal static class Modules
{
    public static readonly IReadOnlyList<IServiceModule> All =
    [
        new UsersModule(),
        new QueuesModule(),
        new TicketsModule(),
        new AnalyticsModule(),
        new NotificationsModule(),
        new AppointmentsModule(),
        new GatewayModule(),
    ];
}
