using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Storage;

/// <summary>Which appointments are asked for.</summary>
/// <param name="BranchIds">Of these branches; <c>null</c> for all.</param>
/// <param name="QueueId">Of this queue; <c>null</c> for all.</param>
/// <param name="From">That begin then or later, UTC.</param>
/// <param name="To">That begin before, UTC.</param>
/// <param name="Status">In this status; <c>null</c> for any.</param>
internal sealed record AppointmentFilter(
    IReadOnlyCollection<string>? BranchIds,
    string? QueueId,
    DateTimeOffset? From,
    DateTimeOffset? To,
    AppointmentStatus? Status
)
{
    /// <summary>Whether without those that were cancelled.</summary>
    public bool NotCancelled { get; init; }
}
