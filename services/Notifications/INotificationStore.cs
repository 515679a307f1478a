namespace SmartQueue.Notifications;

/// <summary>Keeps notifications and preferences. Nothing of an erased account is kept, whatever comes after.</summary>
internal interface INotificationStore
{
    /// <summary>
    /// Keeps a notification and the event that announces it, in one write. One for the same event and channel that is there already
    /// stays as it is, and for an erased account none is kept.
    /// </summary>
    /// <returns>Whether it was kept.</returns>
    Task<bool> AddAsync(Notification notification, CancellationToken cancellationToken);

    /// <summary>Notifications, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The id of the last one of the page before.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<IReadOnlyList<Notification>> ListAsync(NotificationFilter filter, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>An account's preferences; <c>null</c> if it never said.</summary>
    Task<Preferences?> FindPreferencesAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Replaces an account's preferences.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>USER_NOT_FOUND</c>: the account is erased.</exception>
    Task SavePreferencesAsync(string userId, Preferences preferences, CancellationToken cancellationToken);

    /// <summary>Removes an account's notifications and preferences, now and for events still to come.</summary>
    Task EraseUserAsync(string userId, CancellationToken cancellationToken);
}
