namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A page of notifications.</summary>
internal sealed record NotificationPage(IReadOnlyList<Notification> Items, string? NextCursor);
