using Microsoft.Extensions.Logging;

namespace SmartQueue.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} failed, trace {TraceId}")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string? endpoint, string traceId);

    [LoggerMessage(2, LogLevel.Warning, "{Endpoint} could not reach what it needs")]
    public static partial void DependencyFailed(ILogger logger, Exception exception, string? endpoint);

    [LoggerMessage(10, LogLevel.Warning, "Publishing {EventType} {EventId} of {AggregateId} failed; its aggregate waits {Delay}")]
    public static partial void PublishFailed(
        ILogger logger,
        Exception exception,
        string eventType,
        Guid eventId,
        string aggregateId,
        TimeSpan delay
    );

    [LoggerMessage(11, LogLevel.Error, "The outbox relay of {Outbox} failed; it goes on in {Delay}")]
    public static partial void RelayFailed(ILogger logger, Exception exception, string outbox, TimeSpan delay);

    [LoggerMessage(13, LogLevel.Warning, "{Request} could not ask; it does again in {Delay}")]
    public static partial void NotAsked(ILogger logger, Exception exception, string request, TimeSpan delay);

    [LoggerMessage(12, LogLevel.Information, "Outbox {Outbox} publishes {Count} events of the last run again")]
    public static partial void OutboxReopened(ILogger logger, string outbox, int count);

    [LoggerMessage(20, LogLevel.Warning, "The storage of {Service} is not ready; trying again in {Delay}")]
    public static partial void StorageNotReady(ILogger logger, Exception exception, string service, TimeSpan delay);

    [LoggerMessage(24, LogLevel.Error, "{What}: {Service} has kept them long enough, and they could not be ended; again in {Delay}")]
    public static partial void RetentionNotEnded(ILogger logger, Exception exception, string what, string service, TimeSpan delay);

    [LoggerMessage(30, LogLevel.Warning, "The broker's exchanges and queues could not be declared; trying again in {Delay}")]
    public static partial void TopologyFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(31, LogLevel.Information, "The broker's exchanges and queues are declared")]
    public static partial void TopologyDeclared(ILogger logger);

    [LoggerMessage(33, LogLevel.Warning, "Events cannot be consumed yet; trying again in {Delay}")]
    public static partial void BusNotStarted(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(34, LogLevel.Warning, "{EventType} could not be handled by {Endpoint}, which tries again in {Delay}")]
    public static partial void EventFailed(ILogger logger, Exception exception, string eventType, string endpoint, TimeSpan delay);

    [LoggerMessage(35, LogLevel.Error, "{EventType} could not be handled by {Endpoint}, which gives it up until the next start")]
    public static partial void EventGivenUp(ILogger logger, Exception exception, string eventType, string endpoint);

    [LoggerMessage(32, LogLevel.Warning, "The broker's queues could not be measured; trying again in {Delay}")]
    public static partial void BrokerNotMeasured(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(
        50,
        LogLevel.Warning,
        "Which access tokens were revoked cannot be asked right now ({Cause}); what is known stays in force"
    )]
    public static partial void RevokedTokensUnknown(ILogger logger, string cause);

    [LoggerMessage(51, LogLevel.Warning, "Audit: {UserId} in role {Role} was denied {Method} {Route}")]
    public static partial void Denied(ILogger logger, string? userId, string? role, string method, string? route);

    [LoggerMessage(21, LogLevel.Warning, "{Path} could be read by other accounts (mode {Mode}); now it is private")]
    public static partial void MadePrivate(ILogger logger, string path, string mode);

    [LoggerMessage(22, LogLevel.Warning, "The storage of {Services} does not answer now")]
    public static partial void StorageAway(ILogger logger, Exception exception, string services);

    [LoggerMessage(60, LogLevel.Warning, "{Concern}")]
    public static partial void StorageConcern(ILogger logger, string concern);

    [LoggerMessage(
        61,
        LogLevel.Critical,
        "Another process has taken the lease of {Database}, since this one did not renew it in time; it stops. Set RABBITMQ_URI where several run"
    )]
    public static partial void LeaseLost(ILogger logger, string database);

    [LoggerMessage(62, LogLevel.Warning, "The lease of the databases could not be renewed; trying again in {Delay}")]
    public static partial void LeaseNotRenewed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(63, LogLevel.Warning, "The lease of the databases could not be given back; it ends by itself in {Length}")]
    public static partial void LeaseNotReturned(ILogger logger, Exception exception, TimeSpan length);

    [LoggerMessage(64, LogLevel.Warning, "The database of this process cannot be used yet; trying again every {Delay}")]
    public static partial void ConditionNotMet(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(23, LogLevel.Information, "The storage answers again")]
    public static partial void StorageBack(ILogger logger);

    [LoggerMessage(41, LogLevel.Warning, "PUBLIC_URL is not set: links begin with {Address}, which leads nowhere from other machines")]
    public static partial void PublicUrlGuessed(ILogger logger, Uri address);

    [LoggerMessage(42, LogLevel.Warning, "Settings without a meaning any more, see docs/operating.md: {Settings}")]
    public static partial void SettingsWithoutMeaning(ILogger logger, string settings);

    [LoggerMessage(40, LogLevel.Information, "{Service} is ready on {Address}")]
    public static partial void Ready(ILogger logger, string service, string address);
}
