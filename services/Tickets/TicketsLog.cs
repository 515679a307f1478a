using Microsoft.Extensions.Logging;

namespace SmartQueue.Tickets;

internal static partial class TicketsLog
{
    [LoggerMessage(200, LogLevel.Warning, "{Count} requests that died half-way were finished or taken back")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(201, LogLevel.Error, "Looking after the lines failed; again in {Delay}")]
    public static partial void SweepFailed(ILogger logger, Exception exception, TimeSpan delay);
}
