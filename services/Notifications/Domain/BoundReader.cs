namespace SmartQueue.Notifications.Domain;

/// <summary>Staff bound to branches: they see what comes of these, and what is for themselves.</summary>
internal sealed record BoundReader(string UserId, IReadOnlyCollection<string> BranchIds)
{
    /// <summary>Whether they see a notification.</summary>
    public bool Sees(Notification notification) =>
        notification.UserId == UserId || (notification.BranchId is { } branch && BranchIds.Contains(branch));
}
