namespace SmartQueue.Notifications.Domain;

/// <summary>A message an operator wants sent. Either <paramref name="UserId"/> or <paramref name="To"/> is there.</summary>
/// <param name="Channel">One of <see cref="Channels"/>.</param>
/// <param name="UserId">The account it goes to.</param>
/// <param name="To">The address it goes to. Personal.</param>
/// <param name="Subject">Its heading; empty for a text message.</param>
/// <param name="Message">Its text.</param>
internal sealed record MessageOrder(string Channel, string? UserId, string? To, string Subject, string Message)
{
    /// <summary>The branch it is sent for; <c>null</c> for none.</summary>
    public string? BranchId { get; init; }
}
