using SmartQueue.Hosting.Errors;

namespace SmartQueue.Hosting.Http;

/// <summary>Gives a repeated request its first answer.</summary>
public static class Idempotency
{
    /// <summary>How long a store keeps answers: at least, and not an hour longer while the process runs.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Runs <paramref name="effect"/> once per key.</summary>
    /// <param name="key">The caller's key; <c>null</c> runs the effect.</param>
    /// <param name="find">Finds the answer kept under a <see cref="IdempotencyKey.KeyHash"/>.</param>
    /// <param name="effect">
    /// Does the work and commits, in the same write, the answer sealed with the key; the store throws
    /// <see cref="DuplicateIdempotencyKeyException"/> if another request under the same key came first.
    /// </param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<TAnswer> OnceAsync<TAnswer>(
        IdempotencyKey? key,
        Func<string, CancellationToken, Task<StoredResponse?>> find,
        Func<CancellationToken, Task<TAnswer>> effect,
        CancellationToken cancellationToken
    )
    {
        if (key is null)
            return await effect(cancellationToken);
        if (await find(key.KeyHash, cancellationToken) is { } before)
            return key.Open<TAnswer>(before);
        try
        {
            return await effect(cancellationToken);
        }
        catch (DuplicateIdempotencyKeyException)
        {
            return key.Open<TAnswer>(
                await find(key.KeyHash, cancellationToken)
                    ?? throw new InvalidOperationException("A store reported an idempotency key that it does not hold.")
            );
        }
        catch (RefusedException)
        {
            // A repeat at the same moment finds what the first has done in its way: the ticket moved already, the counter is taken.
            if (await find(key.KeyHash, cancellationToken) is not { } first)
                throw;
            return key.Open<TAnswer>(first);
        }
    }
}
