namespace SmartQueue.Tickets.Storage;

/// <summary>A line whose turn it is to be looked at.</summary>
/// <param name="QueueId">The line.</param>
/// <param name="DueAt">The first moment at which somebody in it may have to go, UTC; long past where that is not known.</param>
/// <param name="ClaimedUntil">Until when it is nobody else's turn, UTC. It names the claim.</param>
internal sealed record LineTurn(string QueueId, DateTimeOffset DueAt, DateTimeOffset ClaimedUntil);
