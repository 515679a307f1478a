using SmartQueue.Estimates;
using SmartQueue.Replay.Evaluate;

namespace SmartQueue.Replay.Simulate;

/// <summary>
/// Knows what nobody can know in the made-up line: the day's rota, who is at which counter since when, how services and patience are
/// distributed, and the rule by which people are called. It plays the line forward many times and takes the median, which has the least
/// absolute error of all guesses that do not know the future. It makes nothing of the time waited so far, which in the line tells nothing;
/// of a promise asked for at half the wait it tells the rest, so others may do better there.
/// </summary>
internal sealed class StaffedOracle(StaffedLine line) : IWaitGuess
{
    /// <summary>Its name in the report.</summary>
    public const string KnowsStaff = "oracle that knows the staff";

    private const int Plays = 150;
    private const double Breadth = 0.8;
    private const double Patience = 600;
    private readonly Dictionary<string, DateTimeOffset> busy = [];
    private readonly Dictionary<(string, PromiseStage), GuessedWait> guesses = [];
    private readonly SplitMix random = new(7);

    public string Name => KnowsStaff;

    public GuessedWait Guess(WaitQuestion question)
    {
        // Where the days are walked again it is asked the same, and playing is most of the work.
        if (!guesses.TryGetValue((question.Visit.Id, question.Stage), out var guess))
            guesses.Add((question.Visit.Id, question.Stage), guess = Play(question));
        return guess;
    }

    public void Called(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Counter is { } counter)
            busy[counter] = at;
    }

    public void Ended(LineVisit visit, DateTimeOffset at)
    {
        if (visit.Counter is { } counter && busy.GetValueOrDefault(counter) == visit.Call)
            busy.Remove(counter);
    }

    public void Learn(LineVisit visit, PromiseStage stage, double guess, double wait) { }

    private GuessedWait Play(WaitQuestion question)
    {
        var rota = line.Rota(DateOnly.FromDateTime(question.At.DateTime));
        var now = StaffedLine.SinceOpening(question.At);
        var freeAt = new double[rota.Max()];
        var waits = new double[Plays];
        for (var play = 0; play < Plays; play++)
        {
            for (var counter = 0; counter < freeAt.Length; counter++)
                freeAt[counter] = busy.TryGetValue(StaffedLine.CounterName(counter), out var since)
                    ? now + Rest((question.At - since).TotalSeconds)
                    : now;
            for (var ahead = 0; ahead < question.Ahead; ahead++)
            {
                var (counter, call) = StaffedLine.FirstFree(freeAt, rota, now);
                if (random.Exponential(Patience) >= call - now)
                    freeAt[counter] = call + Service();
            }

            waits[play] = StaffedLine.FirstFree(freeAt, rota, now).Call - now;
        }

        Array.Sort(waits);
        return new GuessedWait(waits[Plays / 2], waits[Plays / 10], waits[Plays * 9 / 10]);
    }

    private double Service() => random.LogNormal(StaffedLine.MeanService / 1.3771, Breadth);

    private double Rest(double age)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if (Service() is var time && time > age)
                return time - age;
        }

        return age / 2;
    }
}
