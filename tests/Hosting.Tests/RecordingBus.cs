using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;

namespace SmartQueue.Hosting.Tests;

/// <summary>A bus that keeps what is published, and fails where a test says so.</summary>
public sealed class RecordingBus : IEventPublisher
{
    public ConcurrentQueue<IEvent> Published { get; } = new();

    public Func<IEvent, bool> Fails { get; set; } = _ => false;

    /// <summary>What becomes of an event.</summary>
    public Func<IEvent, Publication> Becomes { get; set; } = _ => Publication.Done;

    public async Task<Publication> PublishAsync(object message, Guid eventId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var change = (IEvent)message;
        if (Fails(change))
            throw new InvalidOperationException("The broker refuses it.");
        Published.Enqueue(change);
        return Becomes(change);
    }
}
