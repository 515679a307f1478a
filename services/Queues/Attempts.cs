using SmartQueue.Hosting.Errors;

namespace SmartQueue.Queues;

/// <summary>Changes that are decided once more on what won, where another was faster.</summary>
internal static class Attempts
{
    /// <summary>How often one is decided.</summary>
    public const int Max = 16;

    /// <summary>Reads, decides and saves until nobody was faster.</summary>
    /// <param name="thing">What is changed, as people call it.</param>
    /// <param name="read">Reads it as it stands.</param>
    /// <param name="attempt">Decides, and tells whether that could be saved.</param>
    /// <exception cref="RefusedException"><c>CONFLICT</c>: too many were faster.</exception>
    public static async Task<TChange> UntilSavedAsync<T, TChange>(
        string thing,
        Func<Task<T>> read,
        Func<T, Task<(TChange Change, bool Saved)>> attempt
    )
    {
        for (var i = 0; i < Max; i++)
        {
            var (change, saved) = await attempt(await read());
            if (saved)
                return change;
        }

        throw TooMany(thing);
    }

    /// <summary>Too many were faster.</summary>
    public static RefusedException TooMany(string thing) =>
        new(ErrorCodes.Conflict, $"The {thing} is being changed by many at once. Try again in a moment.");
}
