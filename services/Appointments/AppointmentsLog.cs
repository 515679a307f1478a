using Microsoft.Extensions.Logging;

namespace SmartQueue.Appointments;

internal static partial class AppointmentsLog
{
    [LoggerMessage(600, LogLevel.Error, "Who did not come, or did not confirm, could not be found out; it is tried again in {Delay}")]
    public static partial void SweepFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(601, LogLevel.Information, "{Count} did not come to their appointments")]
    public static partial void Missed(ILogger logger, int count);

    [LoggerMessage(602, LogLevel.Information, "Audit: the calendar link {FeedId} of branch {BranchId} was made by {By}")]
    public static partial void FeedMade(ILogger logger, string feedId, string branchId, string? by);

    [LoggerMessage(603, LogLevel.Information, "Audit: the calendar link {FeedId} of branch {BranchId} was revoked by {By}")]
    public static partial void FeedRevoked(ILogger logger, string feedId, string branchId, string? by);
}
