using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Telemetry;

namespace SmartQueue.Hosting.Bus;

/// <summary>
/// What waits for the consumers of an endpoint within the process, and hands it to them. An event that fails is tried again for about 20 s
/// and then given up. While it is the consumer's own storage that is away, none is given up: the endpoint holds those it has until the
/// storage answers, and takes no more.
/// </summary>
internal sealed class ProcessEndpoint : IDisposable
{
    private const int Retries = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan LongestWhileAway = TimeSpan.FromSeconds(2);

    private readonly Channel<Delivery> waiting = Channel.CreateUnbounded<Delivery>();
    private readonly Dictionary<Type, Subscription[]> subscriptions;
    private readonly string activityName;
    private readonly int concurrency;
    private readonly SemaphoreSlim room;
    private readonly IReadOnlyList<IDeliveryObserver> observers;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private long givenUp;

    public ProcessEndpoint(
        ServiceEndpoint endpoint,
        IServiceProvider services,
        IReadOnlyList<IDeliveryObserver> observers,
        TimeProvider time,
        ILogger log
    )
    {
        (Name, concurrency, this.observers, this.time, this.log) = (endpoint.Name, endpoint.Concurrency, observers, time, log);
        activityName = Name + " process";
        room = new SemaphoreSlim(concurrency);
        subscriptions = endpoint
            .Subscriptions.GroupBy(s => s.Event)
            .ToDictionary(g => g.Key, g => g.Select(s => Subscription.Of(s, services)).ToArray());
    }

    public string Name { get; }

    /// <summary>The events it wants, by their type.</summary>
    public IEnumerable<Type> Events => subscriptions.Keys;

    /// <summary>How many wait or are being handled.</summary>
    public int Count => waiting.Reader.Count + concurrency - room.CurrentCount;

    /// <summary>How many were given up since the start.</summary>
    public long GivenUp => Interlocked.Read(ref givenUp);

    public void Add(object message, Publication publication) =>
        waiting.Writer.TryWrite(new Delivery(message, publication, subscriptions[message.GetType()], Activity.Current?.Context ?? default));

    public void Dispose() => room.Dispose();

    /// <summary>Hands out what waits, until the process stops.</summary>
    /// <param name="stopping">Begins no more, and tries nothing again.</param>
    /// <param name="abandoned">Ends what is being handled.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandoned)
    {
        // What a consumer does before it first waits is done here: one reader would keep an endpoint to one processor.
        var readers = Math.Min(concurrency, Environment.ProcessorCount);
        await Task.WhenAll(
            Enumerable.Range(0, readers).Select(_ => Task.Run(() => ReadAsync(stopping, abandoned), CancellationToken.None))
        );
        for (var begun = 0; begun < concurrency; begun++)
            await room.WaitAsync(abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync(CancellationToken stopping, CancellationToken abandoned)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stopping))
            {
                await room.WaitAsync(stopping);
                if (!stopping.IsCancellationRequested && waiting.Reader.TryRead(out var delivery))
                    _ = HandleAsync(delivery, stopping, abandoned);
                else
                    room.Release();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What waits comes again from the outbox at the next start.
        }
    }

    private async Task HandleAsync(Delivery delivery, CancellationToken stopping, CancellationToken abandoned)
    {
        try
        {
            using var activity = SmartQueueTelemetry.Source.StartActivity(activityName, ActivityKind.Consumer, delivery.Cause);
            var delay = FirstDelay;
            for (var failures = 0; await TryAsync(delivery, abandoned) is { } fault; )
            {
                if (stopping.IsCancellationRequested)
                    return;
                var away = StorageFaults.IsAway(fault);
                if (!away && ++failures > Retries)
                {
                    Interlocked.Increment(ref givenUp);
                    delivery.Publication.GiveUp();
                    HostingLog.EventGivenUp(log, fault, delivery.Message.GetType().Name, Name);
                    return;
                }

                HostingLog.EventFailed(log, fault, delivery.Message.GetType().Name, Name, delay);
                await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = away && delay * 2 > LongestWhileAway ? LongestWhileAway : delay * 2;
            }

            delivery.Publication.Handled();
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<Exception?> TryAsync(Delivery delivery, CancellationToken abandoned)
    {
        try
        {
            foreach (var subscription in delivery.Subscriptions)
                await subscription.HandleAsync(delivery.Message, abandoned);
        }
        catch (Exception e)
        {
            foreach (var observer in observers)
                observer.Failed(Name, delivery.Message, e);
            return e;
        }

        foreach (var observer in observers)
            observer.Handled(Name, delivery.Message);
        return null;
    }

    private readonly record struct Delivery(object Message, Publication Publication, Subscription[] Subscriptions, ActivityContext Cause);

    private abstract class Subscription
    {
        public static Subscription Of(EventSubscription wanted, IServiceProvider services) =>
            (Subscription)Activator.CreateInstance(typeof(Subscription<,>).MakeGenericType(wanted.Consumer, wanted.Event), services)!;

        public abstract Task HandleAsync(object message, CancellationToken cancellationToken);
    }

    private sealed class Subscription<TConsumer, TEvent>(IServiceProvider services) : Subscription
        where TConsumer : class, IEventConsumer<TEvent>
        where TEvent : class
    {
        // With the first event: some who consume also publish, and the bus is not there yet.
        private readonly Lazy<TConsumer> consumer = new(services.GetRequiredService<TConsumer>);

        public override Task HandleAsync(object message, CancellationToken cancellationToken) =>
            consumer.Value.ConsumeAsync((TEvent)message, cancellationToken);
    }
}
