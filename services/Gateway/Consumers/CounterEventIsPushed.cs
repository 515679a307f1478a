using SmartQueue.Contracts;
using SmartQueue.Gateway.Push;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Gateway.Consumers;

/// <summary>Tells those who follow a counter that it changed, or is gone. That it has another ticket is told by the tickets' events.</summary>
internal sealed class CounterEventIsPushed(LiveTopics live)
    : IEventConsumer<CounterUpdated>,
        IEventConsumer<CounterOpened>,
        IEventConsumer<CounterOnBreak>,
        IEventConsumer<CounterClosed>,
        IEventConsumer<CounterDeleted>
{
    public Task ConsumeAsync(CounterUpdated happened, CancellationToken cancellationToken) => Changed(happened.CounterId, happened);

    public Task ConsumeAsync(CounterOpened happened, CancellationToken cancellationToken) => Changed(happened.CounterId, happened);

    public Task ConsumeAsync(CounterOnBreak happened, CancellationToken cancellationToken) => Changed(happened.CounterId, happened);

    public Task ConsumeAsync(CounterClosed happened, CancellationToken cancellationToken) => Changed(happened.CounterId, happened);

    public Task ConsumeAsync(CounterDeleted happened, CancellationToken cancellationToken) => Changed(happened.CounterId, happened);

    private Task Changed(string counterId, object change)
    {
        live.Publish(PushGroups.Counter(counterId), change);
        return Task.CompletedTask;
    }
}
