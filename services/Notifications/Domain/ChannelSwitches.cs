namespace SmartQueue.Notifications.Domain;

/// <summary>Which channels are on.</summary>
/// <param name="Inapp">In the page.</param>
/// <param name="Email">By email.</param>
/// <param name="Sms">By text message.</param>
/// <param name="Push">By Web Push.</param>
internal sealed record ChannelSwitches(bool? Inapp, bool? Email, bool? Sms, bool? Push);
