using SmartQueue.Contracts;

namespace SmartQueue.Gateway;

/// <summary>A queue's live status as it is pushed.</summary>
internal sealed record QueueState(string QueueId, string? CurrentNumber, IReadOnlyList<string> ActiveTickets, QueueStatistics? Statistics);
