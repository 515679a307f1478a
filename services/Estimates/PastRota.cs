namespace SmartQueue.Estimates;

/// <summary>
/// The rota's past: at what times of the day counters closed and opened that are told of. Kept for the line and not for each counter, so
/// that a few days teach something.
/// </summary>
internal sealed class PastRota
{
    private const int StepSeconds = 300;
    private const int Steps = 24 * 3600 / StepSeconds;
    private const int Foreseen = 12;
    private const int MostDays = 7;

    // As if so many more had stayed as they were.
    private const double Prior = 2;

    private readonly int[][] stayed = [[], []];
    private readonly int[][] changed = [[], []];

    /// <summary>A counter has closed or opened.</summary>
    /// <param name="wasOpen">What it was until now.</param>
    /// <param name="since">Since when.</param>
    /// <param name="at">Now.</param>
    public void Changed(bool wasOpen, DateTimeOffset since, DateTimeOffset at)
    {
        var state = wasOpen ? 1 : 0;
        if (stayed[state].Length == 0)
            (stayed[state], changed[state]) = (new int[Steps], new int[Steps]);
        var last = StepOf(at);
        var steps = (int)Math.Min(MostDays * Steps, (at - since).TotalSeconds / StepSeconds);
        for (var step = 1; step <= steps; step++)
            stayed[state][(last - step % Steps + Steps) % Steps]++;
        changed[state][last]++;
    }

    /// <summary>By when a counter may have closed, or opened: the chance, and in how many seconds, soonest first.</summary>
    /// <param name="open">What it is now.</param>
    /// <param name="at">Now.</param>
    public IReadOnlyList<(double Chance, double After)> Changes(bool open, DateTimeOffset at)
    {
        var state = open ? 1 : 0;
        if (stayed[state].Length == 0)
            return [];
        var changes = new List<(double, double)>();
        var stays = 1.0;
        for (var ahead = 1; ahead <= Foreseen; ahead++)
        {
            var step = (StepOf(at) + ahead) % Steps;
            if (changed[state][step] is not (> 0 and var times))
                continue;
            stays *= 1 - times / (times + stayed[state][step] + Prior);
            changes.Add((1 - stays, ahead * StepSeconds - at.TimeOfDay.TotalSeconds % StepSeconds));
        }

        return changes;
    }

    private static int StepOf(DateTimeOffset at) => (int)(at.TimeOfDay.TotalSeconds / StepSeconds);
}
