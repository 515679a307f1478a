using SmartQueue.Contracts;

namespace SmartQueue.Notifications.Domain;

/// <summary>How an account is reached, copied from the user service's events. Personal.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Email">Its email address.</param>
/// <param name="Phone">Its phone number, if given.</param>
/// <param name="Version">The account's version; the highest wins.</param>
internal sealed record Contact(string UserId, string Email, string? Phone, long Version)
{
    /// <summary>That of an account.</summary>
    public static Contact Of(UserProfile user, long version) => new(user.Id, user.Email, user.Phone, version);
}
