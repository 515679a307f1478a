using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Asks for all queues.</summary>
internal sealed class QueueDefinitionRequest(
    IEventPublisher bus,
    BusTopology topology,
    TimeProvider time,
    ILogger<QueueDefinitionRequest> log
) : DefinitionRequest(bus, topology, time, log)
{
    protected override object Wanted(Guid eventId, DateTimeOffset at) => new QueueDefinitionsWanted { EventId = eventId, OccurredAt = at };
}
