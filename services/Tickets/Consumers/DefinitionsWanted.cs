using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells every counter again. Who keeps copies takes the highest version, so one that is changed or deleted meanwhile stays
/// so.</summary>
internal sealed class DefinitionsWanted(CounterDesk desk, IEventPublisher bus) : IEventConsumer<CounterDefinitionsWanted>
{
    public async Task ConsumeAsync(CounterDefinitionsWanted happened, CancellationToken cancellationToken)
    {
        await foreach (var told in desk.TellAsync(cancellationToken))
            await bus.PublishAsync(told, told.EventId, cancellationToken);
    }
}
