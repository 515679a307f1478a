using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Tells those who follow a counter that it changed, or is gone. That it has another ticket is told by the tickets' events.</summary>
internal sealed class CounterEventIsPushed<TEvent>(LiveTopics live) : IEventConsumer<TEvent>
    where TEvent : class, ICounterEvent
{
    public Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken)
    {
        live.Publish(PushGroups.Counter(happened.CounterId), happened);
        return Task.CompletedTask;
    }
}
