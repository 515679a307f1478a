using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Storage;

/// <summary>Which tickets a list holds.</summary>
internal sealed record TicketFilter(string? QueueId, TicketStatus? Status, string? UserId, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>Only tickets of these branches; <c>null</c> for all.</summary>
    public IReadOnlyCollection<string>? BranchIds { get; init; }
}
