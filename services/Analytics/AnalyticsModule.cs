using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Analytics.Consumers;
using SmartQueue.Analytics.Http;
using SmartQueue.Analytics.Operations;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Analytics;

/// <summary>The analytics service: one fact a ticket, an appointment and a change at a counter, made of events, and figures computed from facts.</summary>
public sealed class AnalyticsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Analytics;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes { get; } = ["/api/analytics/{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } =
    [
        ServiceEndpoint.ForEach("analytics-tickets", typeof(TicketEventSavesFact<>), TicketEventTypes.All),
        new("analytics-queues", [typeof(QueueDefinitionSavesProfile)]),
        ServiceEndpoint.ForEach("analytics-counters", typeof(CounterEventSavesSession<>), CounterEventTypes.All),
        ServiceEndpoint.ForEach("analytics-appointments", typeof(AppointmentEventSavesFact<>), AppointmentEventTypes.All),
        new("analytics-users", [typeof(UserErasedAnonymizesFacts)]),
    ];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context) =>
        services
            .AddStorage(
                context,
                ServiceNames.Analytics,
                () => SqliteAnalyticsSchema.Steps,
                () => MongoAnalyticsSchema.Steps,
                MongoAnalyticsStore.TrackedCollection
            )
            .Add<IAnalyticsStore, SqliteAnalyticsStore, MongoAnalyticsStore>();

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        services.AddSingleton(AnalyticsOptions.From(context.Settings));
        services.AddSingleton<AnalyticsDesk>();
        services.AddSingleton<WorkDesk>();
        services.AddHostedService<RollupKeeper>();
        services.AddHttpClient(SystemWatch.Client).ReachServices();
        services.AddSingleton<SystemWatch>();
        services.AddHostedService(s => s.GetRequiredService<SystemWatch>());
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapAnalytics();
}
