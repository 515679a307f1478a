using System.Collections.Concurrent;
using SmartQueue.Notifications.Delivery;

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

    public static Func<CancellationToken, Task> Fails(DeliveryFault fault) => _ => Task.FromException(new DeliveryException(fault, $"It was {fault}."));

    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        Attempts.Enqueue(DateTimeOffset.UtcNow);
        var now = Interlocked.Increment(ref running);
        int seen;
        while (now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen)
        {
        }

        try
        {
            await (Script.TryDequeue(out var step) ? step : Otherwise)(cancellationToken);
            Sent.Enqueue(notification);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}
