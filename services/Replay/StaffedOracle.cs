using SmartQueue.Estimates;

namespace SmartQueue.Replay;

/// <summary>
/// Knows what nobody can know in the made-up line: how many counters work now, who is on them since when, and how services are
/// distributed. It plays the line forward many times and takes the median, which has the least absolute error of all guesses that do not
/// know the future.
/// </summary>
internal sealed class StaffedOracle(StaffedLine line) : IWaitGuess
{
    /// <summary>Its name in the report.</summary>
    public const string KnowsStaff = "oracle that knows the staff";

    private const int Plays = 150;
    private const double Breadth = 0.8;
    private const double Patience = 600;
    private readonly Dictionary<string, DateTimeOffset> busy = [];
    private readonly SplitMix random = new(7);

    public string Name => KnowsStaff;

    public GuessedWait Guess(WaitQuestion question)
    {
        var staff = Math.Max(1, line.StaffAt(question.At));
        var waits = new double[Plays];
        for (var play = 0; play < Plays; play++)
        {
            var free = new PriorityQueue<int, double>();
            var overtime = Math.Max(0, busy.Count - staff);
            var ends = busy.Values.Select(since => Rest((question.At - since).TotalSeconds)).Order().ToList();
            // Counters beyond the rota finish and go: which ones those are it does not matter much, so the first to end.
            foreach (var end in ends.Skip(overtime)) free.Enqueue(0, end);
            for (var idle = busy.Count; idle < staff; idle++) free.Enqueue(0, 0);
            for (var ahead = 0; ahead < question.Ahead; ahead++)
            {
                free.TryPeek(out _, out var at);
                if (random.Exponential(Patience) < at) continue;
                free.Dequeue();
                free.Enqueue(0, at + Service());
            }

            free.TryPeek(out _, out waits[play]);
        }

        Array.Sort(waits);
        return new GuessedWait(waits[Plays / 2], waits[Plays / 10], waits[Plays * 9 / 10]);
    }

    public void Called(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Counter is { } counter) busy[counter] = at;
    }

    public void Ended(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Counter is { } counter && busy.GetValueOrDefault(counter) == visit.Call) busy.Remove(counter);
    }

    public void Learn(LineVisit visit, PromiseStage stage, double guess, double wait)
    {
    }

    private double Service() => random.LogNormal(StaffedLine.MeanService / 1.3771, Breadth);

    private double Rest(double age)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if (Service() is var time && time > age) return time - age;
        }

        return age / 2;
    }
}
