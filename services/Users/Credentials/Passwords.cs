using BCrypt.Net;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users.Credentials;

/// <summary>
/// Password hashes: BCrypt over the Base64 of SHA-384, 64 characters, since BCrypt alone ignores all beyond 72 bytes and stops at a
/// zero. A hash costs a core for a good part of a second, so only so many run at once and only so many wait: those of known devices and
/// of people who are signed in apart from those of strangers, who could fill every place.
/// </summary>
internal sealed class Passwords(UsersOptions options) : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    /// <summary>How many may wait for each core: some seconds' worth.</summary>
    public const int WaitingPerCore = 32;

    // A hash of the same cost that no password has: its digest is all zero bits, and nobody has looked for one that fits.
    private readonly string nobody = $"$2a${options.PasswordWorkFactor:00}${new string('.', 22)}{new string('.', 31)}";
    private readonly Lane strangers = new(Math.Max(1, Environment.ProcessorCount - KnownSlots));
    private readonly Lane known = new(KnownSlots);

    private static int KnownSlots => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The hash to keep, of a stranger's password.</summary>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        HashAsync(password, known: false, cancellationToken);

    /// <summary>The hash to keep.</summary>
    /// <param name="password">The password.</param>
    /// <param name="known">Whether the sender has proven who they are.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<string> HashAsync(string password, bool known, CancellationToken cancellationToken) =>
        RunAsync(
            () => BCrypt.Net.BCrypt.EnhancedHashPassword(password, options.PasswordWorkFactor, HashType.SHA384),
            known,
            cancellationToken
        );

    /// <summary>Whether a stranger's password fits a hash. Without one (<c>null</c> or empty) it takes just as long and says no.</summary>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellationToken) =>
        VerifyAsync(password, hash, known: false, cancellationToken);

    /// <summary>Whether a password fits a hash. Without one (<c>null</c> or empty) it takes just as long and says no.</summary>
    /// <param name="password">The password.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="known">Whether it comes from a device or session that has proven it before.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<bool> VerifyAsync(string password, string? hash, bool known, CancellationToken cancellationToken)
    {
        var kept = string.IsNullOrEmpty(hash) ? null : hash;
        return RunAsync(
            () => BCrypt.Net.BCrypt.EnhancedVerify(password, kept ?? nobody, HashType.SHA384) && kept is not null,
            known,
            cancellationToken
        );
    }

    public void Dispose()
    {
        strangers.Running.Dispose();
        known.Running.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<T> work, bool isKnown, CancellationToken cancellationToken)
    {
        var lane = isKnown ? known : strangers;
        try
        {
            if (Interlocked.Increment(ref lane.Waiting) > Environment.ProcessorCount * (1 + WaitingPerCore))
                throw new RefusedException(ErrorCodes.ServiceUnavailable, "Too many people sign in right now. Try again in a moment.")
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                };
            await lane.Running.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                lane.Running.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref lane.Waiting);
        }
    }

    private sealed class Lane(int slots)
    {
        public int Waiting;

        public SemaphoreSlim Running { get; } = new(slots);
    }
}
