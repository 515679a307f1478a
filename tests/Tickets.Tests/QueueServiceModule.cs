using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Tickets.Tests;

/// <summary>Stands where the queue service does: tells of a queue when it is asked.</summary>
internal sealed class QueueServiceModule(QueueDefinition queue) : IServiceModule
{
    public string Name => "queue-service";

    public IReadOnlyList<string> Routes { get; } = [];

    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } = [new("queue-service-definitions", [typeof(Asked)])];

    public void AddServices(IServiceCollection services, ModuleContext context) => services.AddSingleton(queue);

    public void MapEndpoints(IEndpointRouteBuilder routes) { }

    private sealed class Asked(QueueDefinition queue, IEventPublisher bus) : IEventConsumer<QueueDefinitionsWanted>
    {
        public Task ConsumeAsync(QueueDefinitionsWanted happened, CancellationToken cancellationToken) =>
            bus.PublishAsync(
                new QueueUpdated
                {
                    EventId = happened.EventId,
                    OccurredAt = happened.OccurredAt,
                    QueueId = queue.Id,
                    Version = queue.Version,
                    Queue = queue,
                },
                happened.EventId,
                cancellationToken
            );
    }
}
