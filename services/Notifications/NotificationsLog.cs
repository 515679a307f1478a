using Microsoft.Extensions.Logging;

namespace SmartQueue.Notifications;

internal static partial class NotificationsLog
{
    [LoggerMessage(500, LogLevel.Warning, "Attempt {Attempt} to deliver {NotificationId} by {Channel} failed: {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string notificationId, string channel, int attempt, string reason);

    [LoggerMessage(501, LogLevel.Error, "Looking for messages due by {Channel} failed; again in {Delay}")]
    public static partial void DeliveryFailed(ILogger logger, Exception exception, string channel, TimeSpan delay);

    [LoggerMessage(502, LogLevel.Error, "The outcome of {NotificationId} by {Channel} could not be kept; its claim will run out")]
    public static partial void OutcomeLost(ILogger logger, Exception exception, string notificationId, string channel);

    [LoggerMessage(506, LogLevel.Warning, "{NotificationId} could not be claimed for {Channel}")]
    public static partial void ClaimFailed(ILogger logger, Exception exception, string notificationId, string channel);

    [LoggerMessage(507, LogLevel.Warning, "The outcome of {NotificationId} by {Channel} could not be kept; again in {Delay}")]
    public static partial void OutcomeNotKept(ILogger logger, Exception exception, string notificationId, string channel, TimeSpan delay);

    [LoggerMessage(503, LogLevel.Warning, "The provider of {Channel} keeps failing and is left alone for {Break}")]
    public static partial void CircuitOpened(ILogger logger, string channel, TimeSpan @break);

    [LoggerMessage(504, LogLevel.Error, "Measuring what is pending failed; again in {Delay}")]
    public static partial void MeasureFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(530, LogLevel.Error, "Looking for appointments to remind of failed; again in {Delay}")]
    public static partial void RemindersFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(531, LogLevel.Error, "The reminder of appointment {AppointmentId} failed; the others go on, again in {Delay}")]
    public static partial void ReminderFailed(ILogger logger, Exception exception, string appointmentId, TimeSpan delay);

    [LoggerMessage(
        520,
        LogLevel.Warning,
        "The line of queue {QueueId} could not be read; the others go on, and it is tried again in {Delay}"
    )]
    public static partial void LineFailed(ILogger logger, Exception exception, string queueId, TimeSpan delay);
}
