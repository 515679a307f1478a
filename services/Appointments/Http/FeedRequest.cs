namespace SmartQueue.Appointments.Http;

/// <summary>Makes a link by which calendars follow appointments.</summary>
/// <param name="BranchId">The branch.</param>
/// <param name="QueueId">Only this queue of it; all if absent.</param>
internal sealed record FeedRequest(string? BranchId, string? QueueId);
