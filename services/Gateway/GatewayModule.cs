using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Gateway.Consumers;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway;

/// <summary>The edge: one door to all services, and push.</summary>
public sealed class GatewayModule : IServiceModule
{
    private ModuleContext? process;

    /// <inheritdoc/>
    public string Name => ServiceNames.Gateway;

    /// <inheritdoc/>
    public IReadOnlyList<string> Routes => ["/hubs/{**rest}"];

    /// <inheritdoc/>
    public IReadOnlyList<ServiceEndpoint> Endpoints =>
        [ServiceEndpoint.ForEach("gateway", typeof(TicketPush<>), TicketEventTypes.All).And(typeof(QueuePush), typeof(NotificationPush)) with { PerInstance = true, Concurrency = 64 }];

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, ModuleContext context)
    {
        process = context;
        var options = EdgeOptions.From(context.Settings);
        services.AddSingleton(options);
        services.AddCors(cors => cors.AddDefaultPolicy(policy =>
        {
            policy.WithOrigins([.. options.Origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("ETag", "Location", "Retry-After");
            // SignalR's client sends credentials; with any origin allowed there must be none.
            if (options.Origins is not ["*"]) policy.AllowCredentials();
        }));
        services.AddSingleton<IPipelineStep, EdgePipeline>();
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = 8 * 1024).AddJsonProtocol(json => json.PayloadSerializerOptions.UseWireConventions());
        services.AddServiceClient<QueueClient>(context, ServiceNames.Queues);
        services.AddServiceClient<TicketClient>(context, ServiceNames.Tickets);
        services.AddSingleton<TicketTracking>();
        services.AddSingleton<LatestStatus>();
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapHub<QueueHub>("/hubs/queue");
        routes.MapPages();
        routes.MapForwarding(process!);
    }
}
