using MassTransit;

namespace SmartQueue.Testing;

/// <summary>Tells when an event has been consumed, for tests of what must not come of it.</summary>
public sealed class ConsumedEvent<TEvent> : IConsumeObserver
    where TEvent : class
{
    private readonly TaskCompletionSource consumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns when it has been consumed; throws what its consumer threw.</summary>
    public Task WaitAsync() => consumed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.Message is TEvent)
            consumed.TrySetResult();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        consumed.TrySetException(exception);
        return Task.CompletedTask;
    }
}
