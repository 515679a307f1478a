using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users.Domain;

/// <summary>The rules of accounts in the words of a refusal.</summary>
internal static class AccountRefusals
{
    public static RefusedException EmailTaken() => new(ErrorCodes.EmailTaken, "There is an account with this email address already.");

    public static RefusedException NotFound() => new(ErrorCodes.UserNotFound, "There is no such account, or it is not yours.");

    /// <summary>The same for a wrong password and for an account that does not exist.</summary>
    public static RefusedException WrongCredentials() => new(ErrorCodes.InvalidCredentials, "Email or password is wrong.");

    public static RefusedException WrongRefreshToken() =>
        new(ErrorCodes.InvalidCredentials, "The refresh token is not valid any more. Sign in again.");

    public static RefusedException LastAdmin() => new(ErrorCodes.Conflict, "This is the last admin. Make another one first.");

    public static RefusedException WrongCurrentPassword() => new(ErrorCodes.InvalidCredentials, "The current password is wrong.");

    public static RefusedException Disabled() =>
        new(ErrorCodes.AccountDisabled, "This account is switched off. Ask an administrator to switch it on again.");

    public static RefusedException NotOneself() => new(ErrorCodes.Conflict, "You cannot switch off the account you are signed in with.");

    public static RefusedException EmailNotVerified() =>
        new(
            ErrorCodes.EmailNotVerified,
            "Nobody has proven yet that this email address is theirs, so the account cannot join the staff. Invite the address instead."
        );

    /// <summary>The same for a link that never was, was used, was replaced by a newer one, or has ended.</summary>
    public static RefusedException LinkNotValid() =>
        new(
            ErrorCodes.LinkNotValid,
            "This link does not work any more: it was used, replaced by a newer one, or is too old. Ask for another one."
        );

    public static RefusedException NoSession() => new(ErrorCodes.NotFound, "There is no such session.");

    public static RefusedException NoInvitation() => new(ErrorCodes.NotFound, "There is no such invitation.");

    public static RefusedException AlreadyVerified() => new(ErrorCodes.Conflict, "Your email address is verified already.");

    public static RefusedException InvitedAlreadyThere() =>
        new(ErrorCodes.EmailTaken, "There is an account with this email address already. Give it the role instead.");

    public static RefusedException TooManyLinks() =>
        new(ErrorCodes.RateLimited, "A link was mailed to you a few times already. Look into your mailbox, or try again in ten minutes.")
        {
            RetryAfter = TimeSpan.FromMinutes(10),
        };
}
