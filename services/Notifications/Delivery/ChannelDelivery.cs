using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Delivers what is due on one channel. A message is claimed in the store right before it is sent, so that of several workers one sends it.
/// A claim that was never settled is the trace of a crash: the message is sent again under the same key where the provider
/// drops the repeat, and given up as unknown where it would not.
/// </summary>
internal sealed class ChannelDelivery : IDisposable
{
    // How much further than there is room it looks for messages to those that would take one now.
    private const int Lookahead = 100;
    private const string Unknown = "It may have been delivered: the attempt was cut off.";
    private const string TooOld = "It could not be sent while it was of use.";
    private static readonly TimeSpan ClaimMargin = TimeSpan.FromSeconds(30);

    private readonly ISender sender;
    private readonly INotificationStore store;
    private readonly DeliveryOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SemaphoreSlim free;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly Breaker provider;
    private readonly Parties parties;

    public ChannelDelivery(ISender sender, INotificationStore store, DeliveryOptions options, TimeProvider time, ILogger log)
    {
        this.sender = sender;
        this.store = store;
        this.options = options;
        this.time = time;
        this.log = log;
        free = new SemaphoreSlim(sender.Concurrency);
        provider = new Breaker(options.BreakAfter, options.Break, time);
        parties = new Parties(options, sender.Concurrency, time);
    }

    public string Channel => sender.Channel;

    /// <summary>How many providers are left alone now: none or one.</summary>
    public int ProvidersAway => provider.Room == 0 ? 1 : 0;

    /// <summary>How many of those that people chose are left alone now.</summary>
    public int PartiesAway => parties.Away;

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
                more = await StartDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotificationsLog.DeliveryFailed(log, e, sender.Channel, options.Sweep);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (!more)
                await SleepAsync(stoppingToken);
        }

        for (var i = 0; i < sender.Concurrency; i++)
            await free.WaitAsync(CancellationToken.None);
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
        var room = Math.Min(free.CurrentCount, provider.Room);
        if (room == 0)
            return false;
        var limit = room + Lookahead;
        var due = await store.DueAsync(sender.Channel, time.Now(), limit, stoppingToken);
        var left = 0;
        for (var looked = 0; looked < due.Count && room > 0; )
        {
            var next = due.Skip(looked).Take(room).ToList();
            looked += next.Count;
            var starts = await Task.WhenAll(next.Select(n => StartAsync(n, stoppingToken)));
            room -= starts.Count(s => s == Start.Sent);
            left += starts.Count(s => s == Start.LeftDue);
        }

        return due.Count == limit && left < limit;
    }

    private async Task<Start> StartAsync(Notification due, CancellationToken stoppingToken)
    {
        var turn = new Turn();
        var started = false;
        try
        {
            if (await IsOutdatedAsync(due, stoppingToken))
            {
                await WithholdAsync(due, Suppression.Overtaken, stoppingToken);
                return Start.Settled;
            }

            if (WhyNotAtAll(due) is null)
            {
                var destinations = await sender.DestinationsAsync(due, stoppingToken);
                var again = Enter(turn, destinations.Where(d => due.Reached?.Contains(d.Address) != true));
                if (turn.Destinations.Count == 0 && turn.SomeWait)
                {
                    if (again is not { } at)
                        return Start.LeftDue;
                    await store.SaveAsync(due.Deferred(at), null, stoppingToken);
                    return Start.Settled;
                }

                var asked = turn.Destinations.Count;
                await AdmitAsync(turn, due, stoppingToken);
                if (asked > 0 && turn.Destinations.Count == 0 && !turn.SomeWait)
                {
                    await WithholdAsync(due, Suppression.TooMany, stoppingToken);
                    return Start.Settled;
                }
            }

            turn.AsksProvider = provider.TryEnter() is null;
            if (!turn.AsksProvider || stoppingToken.IsCancellationRequested)
                return Start.LeftDue;
            if (await ClaimAsync(due) is not { } claimed)
                return Start.Settled;
            await free.WaitAsync(CancellationToken.None);
            started = true;
            _ = DeliverAsync(claimed, turn);
            return Start.Sent;
        }
        finally
        {
            if (!started)
                Leave(turn, []);
        }
    }

    // Made before the appointment changed, and kept waiting by a provider that was away: nobody is to read the old time after the new one.
    private async Task<bool> IsOutdatedAsync(Notification due, CancellationToken cancellationToken) =>
        due.Appointment is { } told && (await store.FindAppointmentAsync(told.Id, cancellationToken))?.Outdates(due) == true;

    /// <returns>When to come again for those that have no place; <c>null</c> says as soon as any message is done.</returns>
    private DateTimeOffset? Enter(Turn turn, IEnumerable<Destination> destinations)
    {
        DateTimeOffset? earliest = null;
        foreach (var destination in destinations)
        {
            if (destination.Party is { } party && !turn.Places.ContainsKey(party))
            {
                if (parties.TryEnter(party, out var again) is not { } place)
                {
                    turn.SomeWait = true;
                    if (earliest is null || again < earliest)
                        earliest = again;
                    continue;
                }

                turn.Places.Add(party, place);
            }

            turn.Destinations.Add(destination);
        }

        return earliest;
    }

    /// <summary>Takes out the destinations that have got enough.</summary>
    private async Task AdmitAsync(Turn turn, Notification due, CancellationToken cancellationToken)
    {
        if (options.PerAddress == 0)
            return;
        foreach (var destination in turn.Destinations.ToList())
        {
            if (
                !await store.AdmitAsync(
                    $"{destination.Address} {due.Kind}",
                    due.DeliveryKey,
                    options.PerAddress,
                    time.Now(),
                    cancellationToken
                )
            )
                turn.Destinations.Remove(destination);
        }
    }

    // Not cancelled with the process: a claim nobody knows of would look like a message that may have been sent.
    private async Task<Notification?> ClaimAsync(Notification due)
    {
        var claimed = due.Claimed(time.Now() + sender.Timeout + ClaimMargin);
        try
        {
            return await store.SaveAsync(claimed, null, CancellationToken.None) ? claimed : null;
        }
        catch (Exception e)
        {
            // It may have been kept all the same, and nothing was sent.
            NotificationsLog.ClaimFailed(log, e, due.Id, sender.Channel);
            await store.SaveAsync(claimed.Released(time.Now()), null, CancellationToken.None);
            return null;
        }
    }

    private async Task DeliverAsync(Notification claimed, Turn turn)
    {
        IReadOnlyList<(Destination, DeliveryException?)> outcomes = [];
        try
        {
            if (WhyNotAtAll(claimed) is { } reason)
            {
                await SettleAsync(claimed.GivenUp(reason), CancellationToken.None);
                return;
            }

            // A stopping process lets it end: cut off, nobody knows whether it was sent.
            outcomes = await Task.WhenAll(turn.Destinations.Select(async d => (d, await AttemptAsync(claimed, d))));
            var next = After(claimed, outcomes, turn.SomeWait);
            while (true)
            {
                try
                {
                    await SettleAsync(next, CancellationToken.None);
                    return;
                }
                catch (Exception e) when (time.GetUtcNow() < claimed.NextAttemptAt)
                {
                    // While the claim lasts nobody else takes it: until then what was sent can still be known as sent.
                    NotificationsLog.OutcomeNotKept(log, e, claimed.Id, sender.Channel, options.Sweep);
                    await Task.Delay(options.Sweep, time);
                }
            }
        }
        catch (Exception e)
        {
            // The store is away; the claim runs out and the message is looked at again.
            NotificationsLog.OutcomeLost(log, e, claimed.Id, sender.Channel);
        }
        finally
        {
            Leave(turn, outcomes);
            free.Release();
            Wake();
        }
    }

    /// <returns>What went wrong; <c>null</c> if it was taken.</returns>
    private async Task<DeliveryException?> AttemptAsync(Notification claimed, Destination destination)
    {
        using var timeout = new CancellationTokenSource(sender.Timeout, time);
        try
        {
            await sender.SendAsync(claimed, destination, timeout.Token);
            return null;
        }
        catch (Exception e)
        {
            var failure = Understand(e);
            NotificationsLog.AttemptFailed(log, claimed.Id, sender.Channel, claimed.Attempts, failure.Message);
            return failure;
        }
    }

    private string? WhyNotAtAll(Notification notification)
    {
        // Of one that is due, the flag is that of a claim that ran out; of one that is claimed, what became of the claim before.
        var cutOff = notification.Interrupted || (notification.InFlight && time.GetUtcNow() >= notification.NextAttemptAt);
        if (cutOff && !sender.RepeatsAreHarmless)
            return Unknown;
        if (time.Now() - (notification.PendingSince ?? notification.CreatedAt) > options.MaxAge)
            return notification.LastError ?? TooOld;
        if (notification.LinkEndsAt <= time.Now())
            return "Its link ended before it could be sent.";
        return notification.Attempts > options.Attempts ? notification.LastError ?? Unknown : null;
    }

    private Notification After(Notification claimed, IReadOnlyList<(Destination To, DeliveryException? Failure)> outcomes, bool someWait)
    {
        string[] reached = [.. claimed.Reached ?? [], .. outcomes.Where(o => o.Failure is null).Select(o => o.To.Address)];
        var failures = outcomes.Select(o => o.Failure).OfType<DeliveryException>().ToList();
        var passing = failures.Where(f => f.Fault is DeliveryFault.NotTaken or DeliveryFault.Unknown).ToList();
        if (passing.Any(f => f.Fault == DeliveryFault.Unknown) && !sender.RepeatsAreHarmless)
            return claimed.GivenUp(Unknown);
        if (passing.Count == 0 && !someWait)
        {
            return reached.Length > 0 ? claimed.Delivered(time.Now())
                : failures.Find(f => f.Fault == DeliveryFault.Refused) is { } refused ? claimed.GivenUp(refused.Message)
                : claimed.Withheld(failures.FirstOrDefault()?.Message ?? Suppression.Nowhere);
        }

        var reason = passing.FirstOrDefault()?.Message ?? Notification.Away;
        if (claimed.Attempts >= options.Attempts)
            return reached.Length > 0 ? claimed.Delivered(time.Now()) : claimed.GivenUp(reason);
#pragma warning disable CA5394 // Spreads retries; it guards nothing.
        var delay = passing.Max(f => f.RetryAfter) ?? options.DelayAfter(claimed.Attempts, Random.Shared.NextDouble());
#pragma warning restore CA5394
        return claimed.Postponed(time.Now() + delay, reason) with { Reached = reached.Length > 0 ? reached : null };
    }

    // Where some of its destinations have it, it was delivered.
    private Task WithholdAsync(Notification due, string reason, CancellationToken cancellationToken) =>
        SettleAsync(due.Reached is null ? due.Withheld(reason) : due.Delivered(time.Now()), cancellationToken);

    private async Task SettleAsync(Notification next, CancellationToken cancellationToken)
    {
        if (await store.SaveAsync(next, null, cancellationToken))
            Count(next);
    }

    /// <summary>Gives back what a message's turn took, and judges by its outcomes.</summary>
    private void Leave(Turn turn, IReadOnlyList<(Destination To, DeliveryException? Failure)> outcomes)
    {
        foreach (var (party, place) in turn.Places)
            parties.Leave(place, Worst(outcomes.Where(o => o.To.Party == party).Select(o => OfParty(o.Failure))));
        if (turn.AsksProvider && provider.Leave(Worst(outcomes.Select(o => OfProvider(o.Failure)))))
            NotificationsLog.CircuitOpened(log, sender.Channel, options.Break);
    }

    private Verdict OfParty(DeliveryException? failure) =>
        failure is null or { Fault: DeliveryFault.Refused or DeliveryFault.Nowhere } ? Verdict.Works
        : failure.AtDestination || !sender.HasProvider ? Verdict.Fails
        : Verdict.None;

    private Verdict OfProvider(DeliveryException? failure) =>
        failure is null or { Fault: DeliveryFault.Refused or DeliveryFault.Nowhere } or { AtDestination: true } || !sender.HasProvider
            ? Verdict.Works
            : Verdict.Fails;

    private static Verdict Worst(IEnumerable<Verdict> verdicts) => verdicts.DefaultIfEmpty(Verdict.None).Max();

    private static DeliveryException Understand(Exception exception) =>
        exception switch
        {
            DeliveryException known => known,
            OperationCanceledException => new(DeliveryFault.Unknown, "The provider did not answer in time.", exception),
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
            }
            or SocketException => new(DeliveryFault.NotTaken, "The provider cannot be reached.", exception),
            HttpRequestException or IOException => new(DeliveryFault.Unknown, "The connection to the provider broke.", exception),
            _ => new(DeliveryFault.Unknown, $"The attempt ended with a {exception.GetType().Name}.", exception),
        };

    private static void Count(Notification next)
    {
        switch (next.Status)
        {
            case DeliveryStatus.Sent:
                DeliveryMetrics.Sent(next.Type);
                break;
            case DeliveryStatus.Failed:
                DeliveryMetrics.Failed(next.Type);
                break;
            case DeliveryStatus.Suppressed:
                DeliveryMetrics.Suppressed(next);
                break;
            default:
                DeliveryMetrics.Retry(next.Type);
                break;
        }
    }

    private enum Start
    {
        /// <summary>It is due still, and taken as soon as there is room for it.</summary>
        LeftDue,

        /// <summary>It is no longer due, without being sent.</summary>
        Settled,

        /// <summary>It is under way.</summary>
        Sent,
    }

    /// <summary>One message's turn: where it goes now, and what it holds for that.</summary>
    private sealed class Turn
    {
        public List<Destination> Destinations { get; } = [];

        public Dictionary<string, Parties.Place> Places { get; } = [];

        /// <summary>There are destinations that have no place now.</summary>
        public bool SomeWait { get; set; }

        public bool AsksProvider { get; set; }
    }
}
