using MassTransit;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Consumers;

/// <summary>Tells every counter again. Who keeps copies takes the highest version, so one that is changed or deleted meanwhile stays
/// so.</summary>
internal sealed class DefinitionsWanted(CounterDesk desk) : IConsumer<CounterDefinitionsWanted>
{
    public async Task Consume(ConsumeContext<CounterDefinitionsWanted> context)
    {
        await foreach (var told in desk.TellAsync(context.CancellationToken))
            await context.Publish(told, context.CancellationToken);
    }
}
