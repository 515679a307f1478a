using System.Collections.Concurrent;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Tests;

/// <summary>A provider that does as the test says and notes what it was given.</summary>
internal sealed class FakeSender : ISender
{
    private int running;
    private int most;

    public ConcurrentQueue<Notification> Sent { get; } = [];

    public ConcurrentQueue<DateTimeOffset> Attempts { get; } = [];

    /// <summary>What the next attempts do; after them all succeed.</summary>
    public ConcurrentQueue<Func<CancellationToken, Task>> Script { get; } = [];

    public Func<CancellationToken, Task> Otherwise { get; set; } = _ => Task.CompletedTask;

    public int Most => Volatile.Read(ref most);

    public string Channel { get; init; } = Channels.Email;

    public int Concurrency { get; init; } = 4;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool RepeatsAreHarmless { get; init; } = true;

    public bool HasProvider { get; init; } = true;

    /// <summary>Where messages go: to their recipient by default, with nobody behind it.</summary>
    public Func<Notification, IReadOnlyList<Destination>> To { get; init; } = n => [new(Destination.HashOf(n.Recipient ?? n.Id), null)];

    /// <summary>What an attempt for a message does, instead of the script.</summary>
    public Func<Notification, CancellationToken, Task>? Attempt { get; init; }

    public static Func<CancellationToken, Task> Fails(DeliveryFault fault) =>
        _ => Task.FromException(new DeliveryException(fault, $"It was {fault}."));

    public Task<IReadOnlyList<Destination>> DestinationsAsync(Notification notification, CancellationToken cancellationToken) =>
        Task.FromResult(To(notification));

    public async Task SendAsync(Notification notification, Destination destination, CancellationToken cancellationToken)
    {
        Attempts.Enqueue(DateTimeOffset.UtcNow);
        var now = Interlocked.Increment(ref running);
        int seen;
        while (now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen) { }

        try
        {
            await (
                Attempt is { } attempt ? attempt(notification, cancellationToken)
                : Script.TryDequeue(out var step) ? step(cancellationToken)
                : Otherwise(cancellationToken)
            );
            Sent.Enqueue(notification);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
