using SmartQueue.Hosting.Http;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Keeps notifications and preferences. Nothing of an erased account is kept, whatever comes after.</summary>
internal interface INotificationStore
{
    /// <summary>
    /// Keeps a notification and the event that announces it, in one write. One for the same event and channel that is there already
    /// stays as it is, and for an erased account none is kept.
    /// </summary>
    /// <param name="notification">The notification.</param>
    /// <param name="answer">The answer to the request that made it, kept in the same write.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Whether it was kept.</returns>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> AddAsync(Notification notification, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>The answer kept under a key hash.</summary>
    Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken);

    /// <summary>One notification; <c>null</c> if there is none.</summary>
    Task<Notification?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Replaces a notification by its next state, if it is still at the version before.</summary>
    /// <param name="next">The next state.</param>
    /// <param name="answer">The answer to the request that changed it, kept in the same write.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Whether it was; <c>false</c> says that someone else changed or erased it.</returns>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task<bool> SaveAsync(Notification next, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>The pending notifications of a channel whose time has come, the longest due first.</summary>
    Task<IReadOnlyList<Notification>> DueAsync(string channel, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Counts a message for an address, unless as many as are allowed were counted in the minute before. It is counted once, however often
    /// it is asked for. What is older than a minute is forgotten.
    /// </summary>
    /// <param name="address">The address, by its hash, and the kind of message.</param>
    /// <param name="message">The message.</param>
    /// <param name="most">How many are allowed.</param>
    /// <param name="now">The present time, UTC.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Whether it may be sent.</returns>
    Task<bool> AdmitAsync(string address, string message, int most, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How much is pending, by channel.</summary>
    Task<IReadOnlyList<PendingDepth>> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>A page of the notifications that pass a filter, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The id of the last one of the page before.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Notification>> ListAsync(NotificationFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>The in-app notices of tickets that joined after a time.</summary>
    Task<IReadOnlyList<Notification>> JoinedSinceAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>An account's preferences; <c>null</c> if it never said.</summary>
    Task<Preferences?> FindPreferencesAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Replaces an account's preferences.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>USER_NOT_FOUND</c>: the account is erased.</exception>
    Task SavePreferencesAsync(string userId, Preferences preferences, CancellationToken cancellationToken);

    /// <summary>How an account is reached; <c>null</c> if it is not known.</summary>
    Task<Contact?> FindContactAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Keeps how an account is reached, unless a later version is kept or the account is erased.</summary>
    Task SaveContactAsync(Contact contact, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a browser's subscription in place of an earlier one with the same address; of one account or ticket the latest ten.
    /// Those of tickets are forgotten after a week.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="answer">The answer to the request that made it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="Hosting.Errors.RefusedException"><c>USER_NOT_FOUND</c>: the account is erased.</exception>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    Task SaveSubscriptionAsync(PushSubscription subscription, StoredResponse? answer, CancellationToken cancellationToken);

    /// <summary>The subscriptions of an account, of a ticket, or of both, the latest first.</summary>
    Task<IReadOnlyList<PushSubscription>> SubscriptionsAsync(string? userId, string? ticketId, CancellationToken cancellationToken);

    /// <summary>Removes a subscription, if it is there.</summary>
    Task RemoveSubscriptionAsync(string id, CancellationToken cancellationToken);

    /// <summary>What is kept of an appointment; <c>null</c> if nothing was heard of it, or it is long over.</summary>
    Task<FollowedAppointment?> FindAppointmentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps the first state of an appointment, or the next one if the one before is still there. Of an erased account none is
    /// kept, and none is missing.</summary>
    /// <param name="next">The state.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns><c>false</c> says that someone else was faster.</returns>
    Task<bool> SaveAppointmentAsync(FollowedAppointment next, CancellationToken cancellationToken);

    /// <summary>The appointments whose holders are to be reminded by now, the longest due first.</summary>
    Task<IReadOnlyList<FollowedAppointment>> AppointmentsToRemindAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Removes what tells of guests from what they were told before a time, UTC, the browsers of their tickets, and what was kept
    /// of appointments that ended before it.</summary>
    Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Removes all that is kept of an account, now and for events still to come.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);
}
