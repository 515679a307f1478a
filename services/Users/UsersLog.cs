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

    [LoggerMessage(307, LogLevel.Information, "Audit: session {SessionId} was signed out")]
    public static partial void SignedOut(ILogger logger, string sessionId);

    [LoggerMessage(308, LogLevel.Warning, "Audit: {UserId} gave a wrong current password")]
    public static partial void ProofFailed(ILogger logger, string userId);

    [LoggerMessage(309, LogLevel.Warning, "Audit: {UserId} tried to sign in to an account that is switched off")]
    public static partial void DisabledSignIn(ILogger logger, string userId);

    [LoggerMessage(313, LogLevel.Information, "Audit: the email address of {UserId} was changed by {By}")]
    public static partial void EmailChanged(ILogger logger, string userId, string? by);

    [LoggerMessage(314, LogLevel.Information, "Audit: the branches of {UserId} were changed by {By}")]
    public static partial void BranchesChanged(ILogger logger, string userId, string? by);

    [LoggerMessage(315, LogLevel.Information, "Audit: {UserId} was switched off by {By}")]
    public static partial void Disabled(ILogger logger, string userId, string? by);

    [LoggerMessage(316, LogLevel.Information, "Audit: {UserId} was switched on again by {By}")]
    public static partial void Enabled(ILogger logger, string userId, string? by);

    [LoggerMessage(317, LogLevel.Information, "Audit: a link to a new password was mailed to {UserId}")]
    public static partial void ResetMailed(ILogger logger, string userId);

    [LoggerMessage(318, LogLevel.Information, "Audit: {By} made a link to a new password for {UserId}")]
    public static partial void ResetLinkMade(ILogger logger, string userId, string? by);

    [LoggerMessage(319, LogLevel.Information, "Audit: {UserId} set a new password by a link")]
    public static partial void PasswordReset(ILogger logger, string userId);

    [LoggerMessage(320, LogLevel.Information, "Audit: {UserId} proved the email address")]
    public static partial void EmailVerified(ILogger logger, string userId);

    [LoggerMessage(321, LogLevel.Information, "Audit: {By} invited somebody as {Role} by {InvitationId}")]
    public static partial void Invited(ILogger logger, string invitationId, string role, string by);

    [LoggerMessage(322, LogLevel.Information, "Audit: {By} took the invitation {InvitationId} back")]
    public static partial void InvitationRemoved(ILogger logger, string invitationId, string? by);

    [LoggerMessage(323, LogLevel.Information, "Audit: {UserId} accepted the invitation {InvitationId} of {InvitedBy} as {Role}")]
    public static partial void InvitationAccepted(ILogger logger, string userId, string invitationId, string invitedBy, string role);

    [LoggerMessage(324, LogLevel.Error, "A forgotten password could not be seen to; the one who asked has to ask again")]
    public static partial void ForgottenFailed(ILogger logger, Exception exception);

    [LoggerMessage(310, LogLevel.Error, "The signing keys cannot be read again; those before stay in use")]
    public static partial void KeysUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(325, LogLevel.Information, "The signing keys of {File} are in the store now; the file is not read again")]
    public static partial void KeysTakenOver(ILogger logger, string file);

    [LoggerMessage(
        311,
        LogLevel.Error,
        "There is no admin, and the address of the first one belongs to an account that is none; set another ADMIN_EMAIL"
    )]
    public static partial void AdminAddressTaken(ILogger logger);

    [LoggerMessage(312, LogLevel.Warning, "The first admin could not be made; trying again in {Delay}")]
    public static partial void AdminNotMade(ILogger logger, Exception exception, TimeSpan delay);
}
