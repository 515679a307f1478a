using SmartQueue.Contracts;

namespace SmartQueue.Users;

/// <summary>A decision: the account as it will be, the event that says so, and whether it signs the person out everywhere.</summary>
internal sealed record AccountChange(Account Next, IEvent Event, bool EndsSessions);
