using SmartQueue.Hosting.Time;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// What a device keeps to show that somebody has signed in on it before (the device cookie of OWASP's "Slow Down Online Guessing Attacks
/// with Device Cookies"). It opens nothing: it gives the device guesses of its own, which no stranger can use up.
/// </summary>
internal sealed class DeviceTokens(KeyRing keys, TimeProvider time)
{
    /// <summary>The longest that is read.</summary>
    public const int MaxLength = 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    /// <summary>One for an account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="device">The device, if it has one already: its failures stay with it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<string> IssueAsync(string accountId, string? device, CancellationToken cancellationToken) =>
        keys.SignDeviceAsync(accountId, device ?? time.NewId(), time.GetUtcNow(), time.GetUtcNow() + Lifetime, cancellationToken);

    /// <summary>The device and the account a token is of; <c>null</c> for none, and for one that is not ours or has ended.</summary>
    public Task<(string AccountId, string Device)?> ReadAsync(string? token) =>
        token is { Length: > 0 and <= MaxLength }
            ? keys.ReadDeviceAsync(token, time.GetUtcNow())
            : Task.FromResult<(string, string)?>(null);
}
