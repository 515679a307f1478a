using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;

namespace SmartQueue.Notifications.Push;

/// <summary>The use cases of subscribing.</summary>
internal sealed class PushDesk(PushOptions options, INotificationStore store, TicketAccess tickets, TimeProvider time)
{
    /// <summary>The key browsers subscribe with.</summary>
    /// <exception cref="RefusedException"><c>NOT_FOUND</c>: Web Push is not set up.</exception>
    public PushKey Key() => new(Vapid.PublicKey);

    /// <summary>Subscribes a browser for the caller's account, or for a ticket they hold.</summary>
    /// <exception cref="RefusedException">It is malformed, or the ticket is not theirs.</exception>
    public async Task SubscribeAsync(SubscriptionBody body, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var userId = await OwnerAsync(body, caller, cancellationToken);
        _ = Vapid;
        await Idempotency.OnceAsync(
            key,
            store.FindAnswerAsync,
            async token =>
            {
                var subscription = body.Read(userId, options.Anywhere, time.Now());
                await store.SaveSubscriptionAsync(subscription, key?.Seal(subscription.Id, subscription.CreatedAt), token);
                return subscription.Id;
            },
            cancellationToken
        );
    }

    /// <summary>Unsubscribes a browser; one that is not subscribed stays so.</summary>
    /// <exception cref="RefusedException">The ticket is not theirs.</exception>
    public async Task UnsubscribeAsync(SubscriptionBody body, Caller caller, CancellationToken cancellationToken)
    {
        var userId = await OwnerAsync(body, caller, cancellationToken);
        var ticketId = userId is null ? body.TicketId : null;
        if (body.Endpoint is null || !Uri.TryCreate(body.Endpoint, UriKind.Absolute, out var uri))
            return;
        var id = PushSubscription.IdOf(uri.AbsoluteUri);
        var mine = await store.SubscriptionsAsync(userId, ticketId, cancellationToken);
        if (mine.Any(s => s.Id == id))
            await store.RemoveSubscriptionAsync(id, cancellationToken);
    }

    private VapidKey Vapid => options.Vapid ?? throw new RefusedException(ErrorCodes.NotFound, "Web Push is not set up (VAPID_SUBJECT).");

    /// <returns>The caller's account, or <c>null</c> if it is for a ticket they hold.</returns>
    private async Task<string?> OwnerAsync(SubscriptionBody body, Caller caller, CancellationToken cancellationToken)
    {
        if (body.ReadTicketId() is not { } ticketId)
            return caller.UserId
                ?? throw new RefusedException(ErrorCodes.Unauthenticated, "Sign in, or name a ticket and send its tracking token.");
        if (caller.TrackingToken is null || !await tickets.IsHeldAsync(ticketId, caller.TrackingToken, cancellationToken))
            throw new RefusedException(ErrorCodes.TicketNotFound, "There is no such ticket.");
        return null;
    }
}
