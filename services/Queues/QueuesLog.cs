using Microsoft.Extensions.Logging;

namespace SmartQueue.Queues;

internal static partial class QueuesLog
{
    [LoggerMessage(100, LogLevel.Information, "Queue {QueueId} is at version {Version}: {Event}")]
    public static partial void Changed(ILogger logger, string queueId, long version, string @event);

    [LoggerMessage(101, LogLevel.Warning, "The status of queue {QueueId} could not be published; it is tried again")]
    public static partial void StatusFailed(ILogger logger, Exception exception, string queueId);

    [LoggerMessage(102, LogLevel.Error, "Closed tickets could not be dropped; it is tried again in {Delay}")]
    public static partial void HousekeepingFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(103, LogLevel.Information, "Branch {BranchId} is at version {Version}: {Event}")]
    public static partial void BranchChanged(ILogger logger, string branchId, long version, string @event);
}
