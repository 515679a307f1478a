using SmartQueue.Estimates;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Evaluate;

/// <summary>One of the usual ways. Its range comes from its own errors so far.</summary>
/// <param name="name">Its name.</param>
/// <param name="line">What the baselines see of the line.</param>
/// <param name="guess">The way.</param>
internal sealed class Baseline(string name, BaselineView line, Func<BaselineView, WaitQuestion, double> guess) : IWaitGuess
{
    private const int FewestErrors = 20;
    private readonly SortedSample[] errors = [new(), new()];

    public string Name => name;

    /// <summary>All of them on one line.</summary>
    /// <param name="averages">What the definitions would say: the mean service time per queue.</param>
    public static IReadOnlyList<IWaitGuess> All(IReadOnlyDictionary<string, double> averages)
    {
        var line = new BaselineView(averages);
        return
        [
            line,
            new Baseline("definition average × ahead", line, (l, q) => q.Ahead * l.DefinitionAverage(q.Visit.Queue)),
            new Baseline("running mean × ahead ÷ open counters", line, (l, q) =>
                q.Ahead * l.MeanService / Math.Max(1, l.OpenCounters(q.At))
            ),
            new Baseline("queue-length predictor", line, (l, q) => (q.Ahead + 1) * l.MeanService / Math.Max(1, l.BusyCounters)),
            new Baseline("last to enter service", line, (l, q) => l.LastWait - q.Waited),
            new Baseline("head of line", line, (l, q) =>
                (q.Ahead > 0 && q.HeadSince is { } since ? (q.At - since).TotalSeconds : l.LastWait) - q.Waited
            ),
            new Baseline("same hour of earlier days", line, (l, q) => l.SameHour(q.Stage, q.At)),
        ];
    }

    public GuessedWait Guess(WaitQuestion question)
    {
        var middle = Math.Max(0, guess(line, question));
        var seen = errors[(int)question.Stage];
        return seen.Count < FewestErrors
            ? new GuessedWait(middle, 0, middle * 2)
            : new GuessedWait(middle, Math.Max(0, middle + seen.Quantile(0.1)), Math.Max(0, middle + seen.Quantile(0.9)));
    }

    public void Called(LineVisit visit, DateTimeOffset at) { }

    public void Ended(LineVisit visit, DateTimeOffset at) { }

    public void Learn(LineVisit visit, PromiseStage stage, double guess, double wait) => errors[(int)stage].Add(wait - guess);
}
