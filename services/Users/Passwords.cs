using BCrypt.Net;
using SmartQueue.Hosting.Errors;

namespace SmartQueue.Users;

/// <summary>
/// Password hashes: BCrypt over the Base64 of SHA-384, 64 characters, since BCrypt alone ignores all beyond 72 bytes and stops at a
/// zero. A hash costs a core for a good part of a second, so only as many run at once as there are cores, and only so many wait.
/// </summary>
internal sealed class Passwords(UsersOptions options) : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    /// <summary>How many may wait for each core: some seconds' worth.</summary>
    public const int WaitingPerCore = 32;

    // A hash of the same cost that no password has: its digest is all zero bits, and nobody has looked for one that fits.
    private readonly string nobody = $"$2a${options.PasswordWorkFactor:00}${new string('.', 22)}{new string('.', 31)}";
    private readonly SemaphoreSlim running = new(Environment.ProcessorCount);
    private int waiting;

    /// <summary>The hash to keep.</summary>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => BCrypt.Net.BCrypt.EnhancedHashPassword(password, options.PasswordWorkFactor, HashType.SHA384), cancellationToken);

    /// <summary>Whether a password fits a hash. Without an account (<c>null</c>) it takes just as long and says no.</summary>
    /// <exception cref="RefusedException"><c>SERVICE_UNAVAILABLE</c>: too many wait already.</exception>
    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellationToken) =>
        RunAsync(() => BCrypt.Net.BCrypt.EnhancedVerify(password, hash ?? nobody, HashType.SHA384) && hash is not null, cancellationToken);

    public void Dispose() => running.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > Environment.ProcessorCount * (1 + WaitingPerCore))
                throw new RefusedException(ErrorCodes.ServiceUnavailable, "Too many people sign in right now. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
            await running.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                running.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
