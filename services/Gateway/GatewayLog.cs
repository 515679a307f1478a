using Microsoft.Extensions.Logging;

namespace SmartQueue.Gateway;

internal static partial class GatewayLog
{
    [LoggerMessage(401, LogLevel.Error, "The hub method {Method} failed")]
    public static partial void HubCallFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(402, LogLevel.Warning, "Audit: {UserId} in role {Role} was denied the GraphQL field {Field}")]
    public static partial void FieldDenied(ILogger logger, string? userId, string? role, string field);

    [LoggerMessage(410, LogLevel.Error, "The GraphQL field {Field} failed")]
    public static partial void FieldFailed(ILogger logger, Exception exception, string? field);

    [LoggerMessage(411, LogLevel.Information, "A GraphQL document was refused by the limit on {Limit}")]
    public static partial void DocumentRefused(ILogger logger, string limit);
}
