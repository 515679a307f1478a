using Microsoft.Extensions.Logging;

namespace SmartQueue.Users;

internal static partial class UsersLog
{
    [LoggerMessage(300, LogLevel.Information, "Audit: {UserId} registered")]
    public static partial void Registered(ILogger logger, string userId);

    [LoggerMessage(301, LogLevel.Information, "Audit: {UserId} signed in")]
    public static partial void SignedIn(ILogger logger, string userId);

    [LoggerMessage(302, LogLevel.Warning, "Audit: a sign-in failed for {UserId}")]
    public static partial void SignInFailed(ILogger logger, string? userId);

    [LoggerMessage(303, LogLevel.Warning, "Audit: a refresh token of {UserId} was used twice; its family is revoked")]
    public static partial void TokenReused(ILogger logger, string userId);

    [LoggerMessage(304, LogLevel.Information, "Audit: the role of {UserId} was changed from {From} to {To} by {By}")]
    public static partial void RoleChanged(ILogger logger, string userId, string from, string to, string? by);

    [LoggerMessage(305, LogLevel.Information, "Audit: {UserId} was erased by {By}")]
    public static partial void Erased(ILogger logger, string userId, string? by);

    [LoggerMessage(306, LogLevel.Information, "Audit: the password of {UserId} was changed by {By}")]
    public static partial void PasswordChanged(ILogger logger, string userId, string? by);

    [LoggerMessage(310, LogLevel.Error, "The signing key file has changed and cannot be used; the keys before it stay in use")]
    public static partial void KeysUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(311, LogLevel.Error, "There is no admin, and the address of the first one belongs to an account that is none; set another ADMIN_EMAIL")]
    public static partial void AdminAddressTaken(ILogger logger);

    [LoggerMessage(312, LogLevel.Warning, "The first admin could not be made; trying again in {Delay}")]
    public static partial void AdminNotMade(ILogger logger, Exception exception, TimeSpan delay);
}
