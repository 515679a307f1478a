namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Does what a service does about an event. It hears each at least once, maybe twice, late and beside others of the same moment. There is one
/// of it in a process.
/// </summary>
/// <typeparam name="TEvent">The event, a record of the contracts.</typeparam>
public interface IEventConsumer<in TEvent>
    where TEvent : class
{
    /// <summary>Returns when it is done. What it throws is tried again for a while, and for as long as the storage is away.</summary>
    /// <param name="happened">The event. It is shared with other consumers: not to be changed.</param>
    /// <param name="cancellationToken">The process stops and waits no longer.</param>
    Task ConsumeAsync(TEvent happened, CancellationToken cancellationToken);
}
