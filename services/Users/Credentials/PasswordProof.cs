using SmartQueue.Hosting.Errors;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Credentials;

/// <summary>Checks passwords no faster than <see cref="LoginThrottle"/> allows.</summary>
internal sealed class PasswordProof(Passwords passwords, LoginThrottle throttle)
{
    /// <summary>Whether the password is right. Counted before it is checked; a failure of ours is not one of theirs.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c>, or <c>SERVICE_UNAVAILABLE</c> when too many wait for a check.</exception>
    public async Task<bool> IsRightAsync(SignInAttempt attempt, string password, string? hash, CancellationToken cancellationToken)
    {
        throttle.Begin(attempt);
        bool right;
        try
        {
            right = await passwords.VerifyAsync(password, hash, known: attempt.Device is not null, cancellationToken);
        }
        catch (RefusedException)
        {
            throttle.Abandoned(attempt);
            throw;
        }

        if (right)
            throttle.Succeeded(attempt);
        else
            throttle.Failed(attempt);
        return right;
    }
}
