using Microsoft.Extensions.Logging;

namespace SmartQueue.Gateway;

internal static partial class GatewayLog
{
    [LoggerMessage(400, LogLevel.Warning, "The line of {QueueId} could not be read; those who track tickets in it are told when it can be")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, string queueId);

    [LoggerMessage(410, LogLevel.Error, "The GraphQL field {Field} failed")]
    public static partial void FieldFailed(ILogger logger, Exception exception, string? field);
}
