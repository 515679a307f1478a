using Microsoft.Extensions.Logging;

namespace SmartQueue.Tickets;

internal static partial class TicketsLog
{
    [LoggerMessage(200, LogLevel.Warning, "{Count} requests that died half-way were finished or taken back")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(201, LogLevel.Error, "Looking after the lines failed; again in {Delay}")]
    public static partial void SweepFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(202, LogLevel.Error, "The forecasts of the lines could not be prepared; each is tried again when it is asked for")]
    public static partial void ForecastsNotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(203, LogLevel.Error, "The forecast of queue {QueueId} could not learn from what came to pass")]
    public static partial void NotLearned(ILogger logger, Exception exception, string queueId);
}
