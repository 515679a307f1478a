using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Queues.Consumers;

/// <summary>Asks for all counters.</summary>
internal sealed class CounterDefinitionRequest(
    IEventPublisher bus,
    BusTopology topology,
    TimeProvider time,
    ILogger<CounterDefinitionRequest> log
) : DefinitionRequest(bus, topology, time, log)
{
    protected override object Wanted(Guid eventId, DateTimeOffset at) =>
        new CounterDefinitionsWanted { EventId = eventId, OccurredAt = at };
}
