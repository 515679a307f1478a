using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Delivers what is due on one channel. A message is claimed in the store before it is sent, so that of several workers one sends it.
/// A claim that was never settled is the trace of a crash: the message is sent again under the same key where the provider
/// drops the repeat, and given up as unknown where it would not.
/// </summary>
internal sealed class ChannelDelivery : IDisposable
{
    private const string Unknown = "It may have been delivered: the attempt was cut off.";
    private static readonly TimeSpan ClaimMargin = TimeSpan.FromSeconds(30);

    private readonly ISender sender;
    private readonly INotificationStore store;
    private readonly DeliveryOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SemaphoreSlim free;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CircuitBreakerStateProvider circuit = new();
    private readonly ResiliencePipeline pipeline;
    private DateTimeOffset leftAloneUntil = DateTimeOffset.MinValue;

    public ChannelDelivery(ISender sender, INotificationStore store, DeliveryOptions options, TimeProvider time, ILogger log)
    {
        this.sender = sender;
        this.store = store;
        this.options = options;
        this.time = time;
        this.log = log;
        free = new SemaphoreSlim(sender.Concurrency);
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                StateProvider = circuit,
                FailureRatio = 0.5,
                MinimumThroughput = Math.Max(2, options.BreakAfter),
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = options.Break,
                // A provider that refuses one message works.
                ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not (DeliveryException { Fault: DeliveryFault.Refused or DeliveryFault.Nowhere } or OperationCanceledException)),
                OnOpened = _ =>
                {
                    leftAloneUntil = time.GetUtcNow() + options.Break;
                    NotificationsLog.CircuitOpened(log, sender.Channel, options.Break);
                    return default;
                },
            })
            .AddTimeout(sender.Timeout)
            .Build();
    }

    /// <summary>Looks at once for what is due.</summary>
    public void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been told already.
        }
    }

    /// <summary>Delivers until it is stopped, then waits for what is under way.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                if (time.GetUtcNow() >= leftAloneUntil) more = await StartDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotificationsLog.DeliveryFailed(log, e, sender.Channel, options.Sweep);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (!more) await SleepAsync(stoppingToken);
        }

        for (var i = 0; i < sender.Concurrency; i++) await free.WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        free.Dispose();
        wake.Dispose();
    }

    private async Task SleepAsync(CancellationToken stoppingToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(wake.WaitAsync(waiting.Token), Task.Delay(options.Sweep, time, waiting.Token));
        await waiting.CancelAsync();
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> StartDueAsync(CancellationToken stoppingToken)
    {
        // After a break one message tries the provider.
        var room = circuit.CircuitState != CircuitState.Closed ? Math.Min(1, free.CurrentCount) : free.CurrentCount;
        if (room == 0) return false;
        var due = await store.DueAsync(sender.Channel, time.Now(), room, stoppingToken);
        var claims = await Task.WhenAll(due.Select(n => ClaimAsync(n, stoppingToken)));
        foreach (var claimed in claims)
        {
            if (claimed is null) continue;
            await free.WaitAsync(stoppingToken);
            _ = DeliverAsync(claimed);
        }

        return due.Count == room;
    }

    private async Task<Notification?> ClaimAsync(Notification due, CancellationToken cancellationToken)
    {
        var claimed = due.Claimed(time.Now() + sender.Timeout + ClaimMargin);
        return await store.SaveAsync(claimed, cancellationToken) ? claimed : null;
    }

    private async Task DeliverAsync(Notification claimed)
    {
        try
        {
            var next = await AttemptAsync(claimed);
            // Not cancelled with the process: what was sent must be known as sent.
            await store.SaveAsync(next, CancellationToken.None);
            Count(next);
        }
        catch (Exception e)
        {
            // The store is away; the claim runs out and the message is looked at again.
            NotificationsLog.OutcomeLost(log, e, claimed.Id, sender.Channel);
        }
        finally
        {
            free.Release();
            Wake();
        }
    }

    private async Task<Notification> AttemptAsync(Notification claimed)
    {
        if (claimed.Interrupted && !sender.RepeatsAreHarmless) return claimed.GivenUp(Unknown);
        if (time.Now() - (claimed.PendingSince ?? claimed.CreatedAt) > options.MaxAge) return claimed.GivenUp(claimed.LastError ?? "It could not be sent while it was of use.");
        if (claimed.LinkEndsAt <= time.Now()) return claimed.GivenUp("Its link ended before it could be sent.");
        if (claimed.Attempts > options.Attempts) return claimed.GivenUp(claimed.LastError ?? Unknown);
        try
        {
            // A stopping process lets it end: cut off, nobody knows whether it was sent.
            await pipeline.ExecuteAsync(async token => await sender.SendAsync(claimed, token), CancellationToken.None);
            return claimed.Delivered(time.Now());
        }
        catch (BrokenCircuitException)
        {
            return claimed.Released(time.Now() + options.Break);
        }
        catch (Exception e)
        {
            return After(claimed, Understand(e));
        }
    }

    private Notification After(Notification claimed, DeliveryException failure)
    {
        NotificationsLog.AttemptFailed(log, claimed.Id, sender.Channel, claimed.Attempts, failure.Message);
        switch (failure.Fault)
        {
            case DeliveryFault.Refused:
                return claimed.GivenUp(failure.Message);
            case DeliveryFault.Nowhere:
                return claimed.Withheld(failure.Message);
            case DeliveryFault.Unknown when !sender.RepeatsAreHarmless:
                return claimed.GivenUp(Unknown);
            case DeliveryFault.NotTaken or DeliveryFault.Unknown:
                if (claimed.Attempts >= options.Attempts) return claimed.GivenUp(failure.Message);
#pragma warning disable CA5394 // Spreads retries; it guards nothing.
                var delay = failure.RetryAfter ?? options.DelayAfter(claimed.Attempts, Random.Shared.NextDouble());
#pragma warning restore CA5394
                return claimed.Postponed(time.Now() + delay, failure.Message);
            default:
                throw new InvalidOperationException($"There is no such fault as {failure.Fault}.");
        }
    }

    private static DeliveryException Understand(Exception exception) => exception switch
    {
        DeliveryException known => known,
        TimeoutRejectedException or OperationCanceledException => new(DeliveryFault.Unknown, "The provider did not answer in time.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } or SocketException =>
            new(DeliveryFault.NotTaken, "The provider cannot be reached.", exception),
        HttpRequestException or IOException => new(DeliveryFault.Unknown, "The connection to the provider broke.", exception),
        _ => new(DeliveryFault.Unknown, $"The attempt ended with a {exception.GetType().Name}.", exception),
    };

    private static void Count(Notification next)
    {
        switch (next.Status)
        {
            case Statuses.Sent:
                DeliveryMetrics.Sent(next.Type);
                break;
            case Statuses.Failed:
                DeliveryMetrics.Failed(next.Type);
                break;
            case Statuses.Suppressed:
                DeliveryMetrics.Suppressed(next.Type);
                break;
            default:
                DeliveryMetrics.Retry(next.Type);
                break;
        }
    }
}
