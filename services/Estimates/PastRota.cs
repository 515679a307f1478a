namespace SmartQueue.Estimates;

/// <summary>The rota's past: at what times of the day a counter closed and opened, or all counters of a line.</summary>
/// <param name="all">That of all counters, which is what is known of one with little past; <c>null</c> if this is it.</param>
internal sealed class PastRota(PastRota? all)
{
    /// <summary>How far it is foreseen.</summary>
    public const double ForeseenSeconds = Foreseen * StepSeconds;

    private const int StepSeconds = 300;
    private const int Steps = 24 * 3600 / StepSeconds;
    private const int Foreseen = 12;
    private const int MostDays = 7;

    // As if it had been seen so many times more: to do as all do, and all to stay as they are.
    private const double Prior = 2;

    private readonly Past closed = new();
    private readonly Past open = new();

    /// <summary>A counter has closed or opened.</summary>
    /// <param name="wasOpen">What it was until now.</param>
    /// <param name="since">Since when.</param>
    /// <param name="at">Now.</param>
    public void Changed(bool wasOpen, DateTimeOffset since, DateTimeOffset at)
    {
        all?.Changed(wasOpen, since, at);
        (wasOpen ? open : closed).Add(StepOf(at), (int)Math.Min(MostDays * Steps, (at - since).TotalSeconds / StepSeconds));
    }

    /// <summary>By when a counter may have closed, or opened: the chance, and in how many seconds, soonest first.</summary>
    /// <param name="isOpen">What it is now.</param>
    /// <param name="at">Now.</param>
    public IReadOnlyList<(double Chance, double After)> Changes(bool isOpen, DateTimeOffset at)
    {
        var changes = new List<(double, double)>();
        var stays = 1.0;
        for (var ahead = 1; ahead <= Foreseen; ahead++)
        {
            var chance = Chance(isOpen, (StepOf(at) + ahead) % Steps);
            if (chance <= 0)
                continue;
            stays *= 1 - chance;
            changes.Add((1 - stays, ahead * StepSeconds - at.TimeOfDay.TotalSeconds % StepSeconds));
        }

        return changes;
    }

    private static int StepOf(DateTimeOffset at) => (int)(at.TimeOfDay.TotalSeconds / StepSeconds);

    private double Chance(bool isOpen, int step)
    {
        var (stayed, changed) = (isOpen ? open : closed).At(step);
        return (changed + Prior * (all?.Chance(isOpen, step) ?? 0)) / (stayed + changed + Prior);
    }

    // How often a counter went through a step of the day as it was, and how often it changed in it.
    private sealed class Past
    {
        private int[] stayed = [];
        private int[] changed = [];

        public (int Stayed, int Changed) At(int step) => stayed.Length == 0 ? (0, 0) : (stayed[step], changed[step]);

        public void Add(int last, int before)
        {
            if (stayed.Length == 0)
                (stayed, changed) = (new int[Steps], new int[Steps]);
            for (var step = 1; step <= before; step++)
                stayed[(last - step % Steps + Steps) % Steps]++;
            changed[last]++;
        }
    }
}
