using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Consumers;
using SmartQueue.Gateway.Edge;
using SmartQueue.Gateway.GraphQl;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Pages;
using SmartQueue.Gateway.Push;
using SmartQueue.Gateway.Upstream;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway;

/// <summary>The edge: one door to all services, and push.</summary>
public sealed class GatewayModule : IServiceModule
{
    private const long MaxBehind = 64 * 1024;

    private ModuleContext? process;

    /// <inheritdoc/>
    public string Name => ServiceNames.Gateway;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes => ["/hubs/{**rest}", "/graphql"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [
            ServiceEndpoint
                .ForEach("gateway", typeof(TicketEventIsPushed<>), TicketEventTypes.All)
                .And(typeof(QueueEventIsPushed), typeof(NotificationIsPushed), typeof(LinePositionsArePushed), typeof(BranchEventIsPushed))
                .AndForEach(typeof(CounterEventIsPushed<>), CounterEventTypes.Changes) with
            {
                PerInstance = true,
                Concurrency = 64,
            },
        ];

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        process = context;
        var options = EdgeOptions.From(context.Settings);
        services.AddSingleton(options);
        services.AddCors(cors =>
            cors.AddDefaultPolicy(policy =>
            {
                policy
                    .WithOrigins([.. options.Origins])
                    .AllowAnyHeader()
                    .AllowAnyMethod()
                    .WithExposedHeaders("ETag", "Location", "Retry-After");
                // SignalR's client sends credentials; with any origin allowed there must be none.
                if (options.Origins is not ["*"])
                    policy.AllowCredentials();
            })
        );
        services.AddSingleton<IPipelineStep, EdgePipeline>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ConnectionLimits>();
        services.AddSingleton<HubLimits>();
        services.AddSingleton<HubErrorLogging>();
        services.AddSingleton<LiveConnections>();
        services
            .AddSignalR(hub =>
            {
                hub.MaximumReceiveMessageSize = 8 * 1024;
                hub.AddFilter<HubLimits>();
                hub.AddFilter<HubErrorLogging>();
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions.UseWireConventions());
        // Of two protocols of one name the last one counts.
        services.AddSingleton<IHubProtocol, OptionalTokenProtocol>();
        services.AddServiceClient<QueueStateClient>(context, ServiceNames.Queues);
        services.AddServiceClient<TicketStateClient>(context, ServiceNames.Tickets);
        services.AddServiceClient<QueueClient>(context, ServiceNames.Queues);
        services.AddServiceClient<BranchClient>(context, ServiceNames.Queues);
        services.AddServiceClient<TicketClient>(context, ServiceNames.Tickets);
        services.AddServiceClient<CounterClient>(context, ServiceNames.Tickets);
        services.AddServiceClient<AppointmentClient>(context, ServiceNames.Appointments);
        services.AddServiceClient<UserClient>(context, ServiceNames.Users, TimeSpan.FromSeconds(6));
        services.AddServiceClient<AnalyticsClient>(context, ServiceNames.Analytics);
        services.AddServiceClient<NotificationClient>(context, ServiceNames.Notifications);
        services.AddSingleton<TicketTracking>();
        services.AddSingleton<LatestStatus>();
        services.AddSingleton<RecentStates>();
        services.AddSingleton<LiveTopics>();
        services.AddGraphQl(context);
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapHub<QueueHub>("/hubs/queue", hub =>
        {
            // A connection is worth as much as the token it was opened with.
            hub.CloseOnAuthenticationExpiration = true;
            // A client that is further behind is dropped; it comes back and gets the present state.
            hub.TransportMaxBufferSize = MaxBehind;
            hub.TransportSendTimeout = TimeSpan.FromSeconds(10);
        });
        routes.MapGraphQl();
        routes.MapPages(process!);
        routes.MapForwarding(process!);
    }
}
