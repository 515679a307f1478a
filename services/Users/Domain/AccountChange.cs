using SmartQueue.Contracts;

namespace SmartQueue.Users.Domain;

/// <summary>An account as decided on but not yet saved, and all that must be saved with it.</summary>
/// <param name="Next">The account as it will be.</param>
/// <param name="Event">The event that says so; <c>null</c> where nobody else need know.</param>
/// <param name="EndsSessions">Whether it signs the person out everywhere.</param>
/// <param name="LosesAdmin">Whether there is an admin less after it.</param>
internal sealed record AccountChange(Account Next, IEvent? Event, bool EndsSessions, bool LosesAdmin)
{
    /// <summary>A link that is to be mailed with it.</summary>
    public AccountLinkIssued? Issued { get; init; }

    /// <summary>All that is told, in order.</summary>
    public IEnumerable<IEvent> Events => new IEvent?[] { Event, Issued }.OfType<IEvent>();
}
