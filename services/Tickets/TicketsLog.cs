using Microsoft.Extensions.Logging;

namespace SmartQueue.Tickets;

internal static partial class TicketsLog
{
    [LoggerMessage(200, LogLevel.Warning, "{Count} requests that died half-way were finished or taken back")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(201, LogLevel.Error, "Looking after the lines failed; again in {Delay}")]
    public static partial void SweepFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(
        204,
        LogLevel.Error,
        "Looking after the line of queue {QueueId} failed; the others go on, and it is tried again in {Delay}"
    )]
    public static partial void LineFailed(ILogger logger, Exception exception, string queueId, TimeSpan delay);

    [LoggerMessage(
        205,
        LogLevel.Error,
        "The time zone {TimeZone} of queue {QueueId} is unknown to this machine: it gives no numbers, and nothing of it expires"
    )]
    public static partial void ZoneUnknown(ILogger logger, string timeZone, string queueId);

    [LoggerMessage(206, LogLevel.Error, "The forecast of queue {QueueId} could not be prepared; it is tried again when it is asked for")]
    public static partial void ForecastNotPrepared(ILogger logger, Exception exception, string queueId);

    [LoggerMessage(202, LogLevel.Error, "The forecasts of the lines could not be prepared; each is tried again when it is asked for")]
    public static partial void ForecastsNotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(207, LogLevel.Warning, "The positions in the line of queue {QueueId} could not be told; it is tried again in a moment")]
    public static partial void PositionsNotTold(ILogger logger, Exception exception, string queueId);

    [LoggerMessage(
        210,
        LogLevel.Warning,
        "Who will be called late in the line of queue {QueueId} could not be told; it is soon tried again"
    )]
    public static partial void DelaysNotTold(ILogger logger, Exception exception, string queueId);

    [LoggerMessage(203, LogLevel.Error, "The forecast of queue {QueueId} could not learn from what came to pass")]
    public static partial void NotLearned(ILogger logger, Exception exception, string queueId);
}
