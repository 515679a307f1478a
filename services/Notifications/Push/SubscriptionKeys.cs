namespace SmartQueue.Notifications.Push;

/// <summary>A browser's keys, in base64url.</summary>
/// <param name="P256dh">Its public key.</param>
/// <param name="Auth">Its authentication secret.</param>
internal sealed record SubscriptionKeys(string? P256dh, string? Auth);
