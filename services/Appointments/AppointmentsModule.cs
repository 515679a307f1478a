using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartQueue.Appointments.Consumers;
using SmartQueue.Appointments.Http;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Appointments;

/// <summary>The appointment service: times that are booked.</summary>
public sealed class AppointmentsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => ServiceNames.Appointments;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes => ["/api/appointments/{**rest}", "/api/queues/{queueId}/slots"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [
            new("appointments-queues", [typeof(QueueEventSavesQueue)]) { Observers = [typeof(QueueDefinitionRequest)] },
            new("appointments-users", [typeof(UserErasedAnonymizesAppointments)]),
            ServiceEndpoint.ForEach(
                "appointments-tickets",
                typeof(TicketEventMovesAppointment<>),
                typeof(TicketCreated),
                typeof(TicketServed),
                typeof(TicketNoShow),
                typeof(TicketRequeued),
                typeof(TicketCancelled),
                typeof(TicketExpired)
            ),
            new("appointments-delays", [typeof(DelaysTellHolders)]),
        ];

    /// <inheritdoc/>
    public void AddStorage(IServiceCollection services, ModuleContext context) =>
        services
            .AddStorage(
                context,
                Name,
                () => SqliteAppointmentsSchema.Steps,
                () => MongoAppointmentsSchema.Steps,
                MongoAppointmentStore.Appointments,
                // They carry no events, but answers, which are dropped after a while.
                MongoFeedStore.Feeds
            )
            .Add<IAppointmentStore, SqliteAppointmentStore, MongoAppointmentStore>()
            .Add<IFeedStore, SqliteFeedStore, MongoFeedStore>();

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        var options = AppointmentsOptions.From(context.Settings, context.PublicUrl);
        services.AddSingleton(options);
        if (options.ContactRetention is { } contacts)
            services.AddSingleton(sp => new Retention(
                Name,
                "Contact data of guests",
                contacts,
                sp.GetRequiredService<IAppointmentStore>().ForgetContactsAsync
            ));
        services.AddSingleton(sp => new Retention(
            Name,
            "Places that were held and not confirmed",
            Holds.Remembered,
            sp.GetRequiredService<IAppointmentStore>().ForgetHoldsAsync
        ));
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<QueueDefinitionRequest>());
        services.AddSingleton<BookingRate>();
        services.AddSingleton<CodeGuesses>();
        services.AddSingleton<Holds>();
        services.AddSingleton<AppointmentSweeper>();
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<AppointmentSweeper>());
        services.AddTransient<BookingQueues>();
        services.AddTransient<AppointmentAccess>();
        services.AddTransient<AppointmentDesk>();
        services.AddTransient<ArrivalDesk>();
        services.AddTransient<DelayDesk>();
        services.AddTransient<FeedDesk>();
        services.AddTransient<SlotDesk>();
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        AppointmentsApi.Map(routes);
        FeedsApi.Map(routes);
    }
}
