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

    [LoggerMessage(303, LogLevel.Warning, "Audit: a refresh token was used twice; its family is revoked")]
    public static partial void TokenReused(ILogger logger);

    [LoggerMessage(304, LogLevel.Information, "Audit: the role of {UserId} was changed from {From} to {To} by {By}")]
    public static partial void RoleChanged(ILogger logger, string userId, string from, string to, string? by);

    [LoggerMessage(305, LogLevel.Information, "Audit: {UserId} was erased by {By}")]
    public static partial void Erased(ILogger logger, string userId, string? by);

    [LoggerMessage(306, LogLevel.Error, "There is no admin: the address of ADMIN_EMAIL belongs to another account. Set another one")]
    public static partial void NoAdmin(ILogger logger);
}
