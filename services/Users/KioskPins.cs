using System.Text.RegularExpressions;
using SmartQueue.Hosting.Errors;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users;

/// <summary>
/// The PIN that lets staff out of a kiosk. The kiosk keeps only its hash, so that nothing has to be kept here that could be deleted, and
/// guesses are counted here, where no restart of the kiosk makes them forgotten. A right PIN opens nothing but the kiosk that asks.
/// </summary>
internal sealed partial class KioskPins(Passwords passwords, PasswordProof proof)
{
    /// <summary>What the kiosk keeps of a PIN.</summary>
    public Task<string> SealAsync(string pin, CancellationToken cancellationToken) => passwords.HashAsync(pin, cancellationToken);

    /// <summary>Whether it is what <see cref="SealAsync"/> gives. One that costs more than we ever ask for is not.</summary>
    public static bool IsSeal(string text) => Seal().IsMatch(text);

    /// <summary>Tries a PIN.</summary>
    /// <exception cref="RefusedException"><c>INVALID_CREDENTIALS</c>, or <c>RATE_LIMITED</c> after too many wrong ones.</exception>
    public async Task CheckAsync(string seal, string pin, string network, CancellationToken cancellationToken)
    {
        if (!await proof.IsRightAsync(new SignInAttempt(seal, network, Device: null), pin, seal, cancellationToken))
            throw new RefusedException(ErrorCodes.InvalidCredentials, "The PIN is wrong.");
    }

    [GeneratedRegex(@"^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex Seal();
}
