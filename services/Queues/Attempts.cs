using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Queues;

/// <summary>Changes that are decided once more on what won, where another was faster.</summary>
internal static class Attempts
{
    /// <summary>How often one is decided.</summary>
    public const int Max = 16;

    /// <summary>Reads, decides and saves until nobody was faster.</summary>
    /// <param name="thing">What is changed, as people call it.</param>
    /// <param name="find">Reads it as it stands.</param>
    /// <param name="version">Its version.</param>
    /// <param name="expected">The versions the caller has seen, if they said.</param>
    /// <param name="attempt">Decides, and tells whether that could be saved.</param>
    /// <exception cref="RefusedException"><c>CONFLICT</c>: too many were faster; <c>VERSION_CONFLICT</c>.</exception>
    public static async Task<TChange> UntilSavedAsync<T, TChange>(
        string thing,
        Func<Task<T>> find,
        Func<T, long> version,
        IReadOnlyCollection<long>? expected,
        Func<T, Task<(TChange Change, bool Saved)>> attempt
    )
    {
        for (var i = 0; i < Max; i++)
        {
            var standing = await find();
            expected.Require(version(standing));
            var (change, saved) = await attempt(standing);
            if (saved)
                return change;
        }

        throw TooMany(thing);
    }

    /// <summary>Too many were faster.</summary>
    public static RefusedException TooMany(string thing) =>
        new(ErrorCodes.Conflict, $"The {thing} is being changed by many at once. Try again in a moment.");
}
