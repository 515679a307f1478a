namespace SmartQueue.Notifications.Domain;

/// <summary>Which notifications are asked for; <c>null</c> takes any.</summary>
/// <param name="UserId">The account they are for.</param>
/// <param name="Type">One of <see cref="Channels"/>.</param>
/// <param name="Status">One of <see cref="DeliveryStatus"/>.</param>
internal sealed record NotificationFilter(string? UserId, string? Type, string? Status)
{
    /// <summary>The branch they come of.</summary>
    public string? BranchId { get; init; }

    /// <summary>Who reads them, if they are bound to branches: only what they may see.</summary>
    public BoundReader? Reader { get; init; }
}
