using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Notifications.Tests;

/// <summary>Stands where the gateway does: hears of notifications.</summary>
internal sealed class ListenerModule : IServiceModule
{
    public ConcurrentQueue<NotificationCreated> Heard { get; } = [];

    public string Name => "listener";

    public IReadOnlyList<string> Routes { get; } = [];

    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } = [new("listener-notifications", [typeof(Listener)])];

    public void AddServices(IServiceCollection services, ModuleContext context) => services.AddSingleton(this);

    public void MapEndpoints(IEndpointRouteBuilder routes) { }

    private sealed class Listener(ListenerModule module) : IConsumer<NotificationCreated>
    {
        public Task Consume(ConsumeContext<NotificationCreated> context)
        {
            module.Heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
