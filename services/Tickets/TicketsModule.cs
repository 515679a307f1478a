using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Tickets.Consumers;
using SmartQueue.Tickets.Forecasts;
using SmartQueue.Tickets.Http;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets;

/// <summary>The ticket service: the line itself.</summary>
public sealed class TicketsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Tickets;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes =>
        [
            "/api/counters/{**rest}",
            "/api/tickets/{**rest}",
            "/api/appointments/arrive",
            "/api/appointments/{id}/arrive",
            "/api/queues/{queueId}/tickets",
            "/api/queues/{queueId}/call-next",
            "/api/queues/{queueId}/clear",
            "/api/queues/{queueId}/eta",
        ];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [
            new("tickets-queues", [typeof(QueueDefinitionSavesPolicy), typeof(QueueDeletedExpiresLine)])
            {
                Observers = [typeof(QueueDefinitionRequest)],
            },
            new("tickets-branches", [typeof(BranchEventSavesBranch)]),
            // One at a time: several processes that start at once ask for the same.
            new("tickets-definitions", [typeof(DefinitionsWanted)]) { Concurrency = 1 },
            ServiceEndpoint.ForEach("tickets-appointments", typeof(AppointmentEventSavesBooking<>), AppointmentEventTypes.All),
            new("tickets-users", [typeof(UserErasedAnonymizesTickets)]),
            ServiceEndpoint.ForEach("tickets-forecasts", typeof(TicketEventMovesForecast<>), TicketEventTypes.All) with
            {
                PerInstance = true,
                HearsOthers = true,
                Observers = [typeof(ReconnectDropsForecasts)],
            },
            ServiceEndpoint
                .ForEach("tickets-forecast-counters", typeof(CounterEventMovesForecasts<>), CounterEventTypes.Changes)
                .And(typeof(QueueDeletedDropsForecast)) with
            {
                PerInstance = true,
            },
        ];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context) =>
        services
            .AddStorage(
                context,
                Name,
                () => SqliteTicketsSchema.Steps,
                () => MongoTicketsSchema.Steps,
                MongoTicketStore.Tickets,
                MongoCounterStore.Counters
            )
            .Add<ITicketStore, SqliteTicketStore, MongoTicketStore>()
            .Add<ILineTurns, SqliteLineTurns, MongoLineTurns>()
            .Add<ICounterStore, SqliteCounterStore, MongoCounterStore>()
            .Add<IBookingStore, SqliteBookingStore, MongoBookingStore>();

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        var options = TicketsOptions.From(context.Settings);
        services.AddSingleton(options);
        if (options.ContactRetention is { } contacts)
            services.AddSingleton(sp => new Retention(
                Name,
                "Contact data of guests",
                contacts,
                sp.GetRequiredService<ITicketStore>().ForgetContactsAsync
            ));
        if (options.TicketRetention is { } closed)
            services.AddSingleton(sp => new Retention(
                Name,
                "Closed tickets in the line's collection",
                closed,
                sp.GetRequiredService<ITicketStore>().MoveClosedAsync
            ));
        services.AddSingleton<QueuePolicies>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<QueueDefinitionRequest>());
        services.AddSingleton<LineForecasts>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<LineForecasts>());
        services.AddHostedService<LinePositionsPublisher>();
        services.AddHostedService<DelaysPublisher>();
        services.AddSingleton<GuestJoins>();
        services.AddServiceClient<AppointmentClient>(context, ServiceNames.Appointments);
        services.AddTransient<TicketAccess>();
        services.AddTransient<CounterDesk>();
        services.AddTransient<CallDesk>();
        services.AddTransient<TicketDesk>();
        services.AddTransient<TicketQueries>();
        services.AddSingleton<LineSweeper>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<LineSweeper>());
        services.AddHealthChecks().AddCheck<LineSweeper>("lines", tags: [ServiceProcess.Ready]);
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        TicketsApi.Map(routes);
        ArrivalsApi.Map(routes);
        CountersApi.Map(routes);
    }
}
