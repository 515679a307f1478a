using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Queues.Consumers;
using SmartQueue.Queues.Http;
using SmartQueue.Queues.Storage;

namespace SmartQueue.Queues;

/// <summary>The queue service: what branches and queues there are, how each works, and how it stands.</summary>
public sealed class QueuesModule : IServiceModule
{
    private const string Queues = "/api/queues/";
    private const string Branches = "/api/branches/";
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string Name => ServiceNames.Queues;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes => [Queues + "{**rest}", Branches + "{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [
            ServiceEndpoint.ForEach("queues-tickets", typeof(TicketEventUpdatesLine<>), TicketEventTypes.All),
            new("queues-queues", [typeof(QueueDeletedDropsLine)]),
            // One at a time: several processes that start at once ask for the same.
            new("queues-definitions", [typeof(DefinitionsWanted)]) { Concurrency = 1 },
            new("queues-counters", [typeof(CounterEventSavesCounter)]) { Observers = [typeof(CounterDefinitionRequest)] },
            new("queues-branches", [typeof(BranchUpdatedMovesQueues), typeof(QueueEventFollowsBranch)]),
            new("queues-positions", [typeof(LinePositionsUpdateWait)]) { PerInstance = true },
        ];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context)
    {
        var timeZone = QueuesOptions.From(context.Settings).DefaultTimeZone;
        services
            .AddStorage(
                context,
                Name,
                () => SqliteQueuesSchema.Steps(timeZone),
                () => MongoQueuesSchema.Steps(timeZone),
                MongoQueueStore.Queues,
                MongoBranchStore.Branches
            )
            .Add<IQueueStore, SqliteQueueStore, MongoQueueStore>()
            .Add<IBranchStore, SqliteBranchStore, MongoBranchStore>()
            .Add<ICounterStore, SqliteCounterStore, MongoCounterStore>()
            .Add<ILineStore, SqliteLineStore, MongoLineStore>();
    }

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        services.AddSingleton(QueuesOptions.From(context.Settings));
        services.AddServiceClient<LineClient>(context, ServiceNames.Tickets);
        services.AddSingleton<ToldWaits>();
        services.AddSingleton<QueueStatusCache>();
        services.AddSingleton<StatusPublisher>();
        services.AddTransient<QueueDesk>();
        services.AddTransient<BranchDesk>();
        services.AddSingleton<IHostedService, LineHousekeeping>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<CounterDefinitionRequest>());
        services.AddSingleton<TimeZoneHealth>();
        services.AddHealthChecks().AddCheck<TimeZoneHealth>("time-zones", HealthStatus.Degraded, [ServiceProcess.Ready], HealthPatience);
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        QueuesApi.Map(routes);
        BranchesApi.Map(routes);
        var context = routes.ServiceProvider.GetRequiredService<ModuleContext>();
        // The gateway forwards these itself; mapped twice they would be ambiguous.
        if (!context.Hosts(ServiceNames.Gateway))
            routes.MapForwarding(context, Queues);
    }
}
