using SmartQueue.Hosting.Errors;

namespace SmartQueue.Appointments;

/// <summary>How often each network gave a code that there is not, in the minute that runs, as far as this process was asked. No network is
/// exempt: a hall has many who could guess.</summary>
internal sealed class CodeGuesses(TimeProvider time)
{
    /// <summary>The most in a minute.</summary>
    public const int PerMinute = 10;

    private readonly MinuteCounts<string> counts = new(time);

    /// <summary>Refuses a network that guessed too often.</summary>
    /// <exception cref="RefusedException"><c>RATE_LIMITED</c> with the time to wait.</exception>
    public void Require(string network)
    {
        if (counts.Of(network, out var left) >= PerMinute)
            throw new RefusedException(ErrorCodes.RateLimited, "Too many codes were wrong. Try again in a moment, or ask at the desk.")
            {
                RetryAfter = left,
            };
    }

    /// <summary>Counts a code that there is not.</summary>
    public void Count(string network) => counts.Add(network);
}
