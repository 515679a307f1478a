using SmartQueue.Hosting.Bus;

namespace SmartQueue.Testing;

/// <summary>Tells when an event has been consumed, for tests of what must not come of it.</summary>
public sealed class Deliveries : IDeliveryObserver
{
    private event Action<object, Exception?>? Delivered;

    /// <summary>Ends when the next event of the type has been consumed, by whichever endpoint; fails with what its consumer threw.</summary>
    public async Task NextAsync<TEvent>()
        where TEvent : class
    {
        var consumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Told(object message, Exception? fault)
        {
            if (message is TEvent && fault is null)
                consumed.TrySetResult();
            else if (message is TEvent)
                consumed.TrySetException(fault!);
        }

        Delivered += Told;
        try
        {
            await consumed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
        finally
        {
            Delivered -= Told;
        }
    }

    /// <inheritdoc/>
    public void Handled(string endpoint, object message) => Delivered?.Invoke(message, null);

    /// <inheritdoc/>
    public void Failed(string endpoint, object message, Exception exception) => Delivered?.Invoke(message, exception);
}
