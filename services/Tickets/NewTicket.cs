namespace SmartQueue.Tickets;

/// <summary>What is known of a ticket before it has a number.</summary>
internal sealed record NewTicket
{
    public required string Id { get; init; }

    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    /// <summary>The network of a guest that limits count by; <c>null</c> for all others.</summary>
    public string? Network { get; init; }

    public string? TrackingTokenHash { get; init; }

    public int Priority { get; init; }
}
