using BCrypt.Net;

namespace SmartQueue.Users;

/// <summary>
/// Password hashes: BCrypt over SHA-384, since BCrypt alone ignores all beyond 72 bytes. A hash costs a core for a good part of a
/// second, so only as many run at once as there are cores.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    private readonly int workFactor;
    private readonly SemaphoreSlim running = new(Environment.ProcessorCount);
    private readonly Lazy<string> nobody;

    public Passwords(UsersOptions options)
    {
        workFactor = options.PasswordWorkFactor;
        nobody = new Lazy<string>(() => BCrypt.Net.BCrypt.EnhancedHashPassword("nobody has this password", workFactor, HashType.SHA384));
    }

    /// <summary>The hash to keep.</summary>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => BCrypt.Net.BCrypt.EnhancedHashPassword(password, workFactor, HashType.SHA384), cancellationToken);

    /// <summary>Whether a password fits a hash. Without an account (<c>null</c>) it takes just as long and says no.</summary>
    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancellationToken) =>
        RunAsync(() => BCrypt.Net.BCrypt.EnhancedVerify(password, hash ?? nobody.Value, HashType.SHA384) && hash is not null, cancellationToken);

    public void Dispose() => running.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
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
}
