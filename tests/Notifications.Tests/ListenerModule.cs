using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
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

    private sealed class Listener(ListenerModule module) : IEventConsumer<NotificationCreated>
    {
        public Task ConsumeAsync(NotificationCreated happened, CancellationToken cancellationToken)
        {
            module.Heard.Enqueue(happened);
            return Task.CompletedTask;
        }
    }
}
