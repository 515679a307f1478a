using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users;

/// <summary>The rules of accounts in the words of a refusal.</summary>
internal static class AccountRefusals
{
    public static RefusedException EmailTaken() => new(ErrorCodes.EmailTaken, "There is an account with this email address already.");

    public static RefusedException NotFound() => new(ErrorCodes.UserNotFound, "There is no such account, or it is not yours.");

    /// <summary>The same for a wrong password and for an account that does not exist.</summary>
    public static RefusedException WrongCredentials() => new(ErrorCodes.InvalidCredentials, "Email or password is wrong.");

    public static RefusedException WrongRefreshToken() => new(ErrorCodes.InvalidCredentials, "The refresh token is not valid any more. Sign in again.");

    public static RefusedException LastAdmin() => new(ErrorCodes.Conflict, "This is the last admin. Make another one first.");
}
