using Microsoft.Extensions.Logging;

namespace SmartQueue.Analytics;

internal static partial class AnalyticsLog
{
    [LoggerMessage(500, LogLevel.Error, "Rollups could not be kept; trying again in {Delay}")]
    public static partial void KeepingFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(501, LogLevel.Information, "Removed {Count} tickets past their retention")]
    public static partial void Forgotten(ILogger logger, int count);

    [LoggerMessage(502, LogLevel.Debug, "{Service} did not tell its metrics")]
    public static partial void ServiceAway(ILogger logger, Exception exception, string service);

    [LoggerMessage(503, LogLevel.Information, "Removed {Count} tracked events past their retention")]
    public static partial void ForgottenTracked(ILogger logger, int count);
}
