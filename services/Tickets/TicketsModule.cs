using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Tickets.Consumers;

namespace SmartQueue.Tickets;

/// <summary>The ticket service: the line itself.</summary>
public sealed class TicketsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Tickets;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes =>
        [
            "/api/tickets/{**rest}",
            "/api/queues/{queueId}/tickets",
            "/api/queues/{queueId}/call-next",
            "/api/queues/{queueId}/clear",
            "/api/queues/{queueId}/eta",
        ];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [
            new("tickets-queues", [typeof(QueueChanged), typeof(QueueGone)]),
            new("tickets-users", [typeof(UserGone)]),
            ServiceEndpoint.ForEach(MissedEvents.Endpoint, typeof(LineMoved<>), TicketEventTypes.All).And(typeof(ForecastGone)) with
            {
                PerInstance = true,
            },
        ];

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        services.AddSingleton(TicketsOptions.From(context.Settings));
        services
            .AddStorage(context, Name, SqliteTicketsSchema.Steps, MongoTicketsSchema.Steps, MongoTicketStore.Tickets)
            .Add<ITicketStore, SqliteTicketStore, MongoTicketStore>();
        services.AddServiceClient<QueueClient>(context, ServiceNames.Queues);
        services.AddTransient<QueuePolicies>();
        services.AddSingleton<LineForecasts>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<LineForecasts>());
        services.AddReceiveEndpointObserver<MissedEvents>();
        services.AddSingleton<GuestJoins>();
        services.AddTransient<TicketDesk>();
        services.AddSingleton<LineKeeper>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<LineKeeper>());
        services.AddHealthChecks().AddCheck<LineKeeper>("lines", tags: [ServiceProcess.Ready]);
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes) => TicketsApi.Map(routes);
}
