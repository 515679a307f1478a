namespace SmartQueue.Notifications.Domain;

/// <summary>Which notifications are asked for; <c>null</c> takes any.</summary>
/// <param name="UserId">The account they are for.</param>
/// <param name="Type">One of <see cref="Channels"/>.</param>
/// <param name="Status">One of <see cref="DeliveryStatus"/>.</param>
internal sealed record NotificationFilter(string? UserId, string? Type, string? Status);
