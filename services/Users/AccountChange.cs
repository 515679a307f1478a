using SmartQueue.Contracts;

namespace SmartQueue.Users;

/// <summary>A decision.</summary>
/// <param name="Next">The account as it will be.</param>
/// <param name="Event">The event that says so.</param>
/// <param name="EndsSessions">Whether it signs the person out everywhere.</param>
/// <param name="LosesAdmin">Whether there is an admin less after it.</param>
internal sealed record AccountChange(Account Next, IEvent Event, bool EndsSessions, bool LosesAdmin);
