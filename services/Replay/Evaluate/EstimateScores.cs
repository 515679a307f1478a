using SmartQueue.Estimates;

namespace SmartQueue.Replay.Evaluate;

/// <summary>Collects promises and what came of them.</summary>
internal sealed class EstimateScores
{
    /// <summary>The name of our estimator.</summary>
    public const string Ours = "SmartQueue";

    private readonly List<Entry> entries = [];

    /// <summary>How many promises of ours are scored.</summary>
    public int Count => entries.Count(e => e.Method == Ours);

    /// <summary>All methods, ours first.</summary>
    public IReadOnlyList<string> Methods => [.. entries.Select(e => e.Method).Distinct()];

    /// <summary>All queues by name.</summary>
    public IReadOnlyList<string> Queues => [.. entries.Select(e => e.Queue).Distinct().Order(StringComparer.Ordinal)];

    public void Add(string method, string queue, PromiseStage stage, int hour, GuessedWait guess, double wait) =>
        entries.Add(new Entry(method, queue, stage, hour, guess, wait));

    /// <summary>The score of a method; of one queue or all, of one stage or both.</summary>
    public EstimateScore Of(string method, string? queue = null, PromiseStage? stage = null) =>
        Score(
            method,
            queue,
            stage,
            [.. entries.Where(e => e.Method == method && (queue is null || e.Queue == queue) && (stage is null || e.Stage == stage))]
        );

    /// <summary>Ours by hour of the day.</summary>
    public IReadOnlyList<(int Hour, EstimateScore Score)> ByHour() =>
        [
            .. entries
                .Where(e => e.Method == Ours)
                .GroupBy(e => e.Hour)
                .OrderBy(h => h.Key)
                .Select(h => (h.Key, Score(Ours, null, null, [.. h]))),
        ];

    private static EstimateScore Score(string method, string? queue, PromiseStage? stage, IReadOnlyList<Entry> some)
    {
        var name = stage switch
        {
            null => "both",
            PromiseStage.Joining => "joining",
            _ => "halfway",
        };
        if (some.Count == 0)
            return new EstimateScore(method, queue, name, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        var errors = some.Select(e => e.Guess.Middle - e.Wait).Order().ToList();
        var (mean, bias) = (some.Average(e => e.Wait), errors.Average());
        return new EstimateScore(
            method,
            queue,
            name,
            some.Count,
            mean,
            errors.Average(Math.Abs),
            errors[errors.Count / 2],
            bias,
            bias / mean,
            Share(e => Math.Abs(e.Guess.Middle - e.Wait) <= Math.Max(30, 0.2 * e.Wait)),
            Share(e => e.Wait >= e.Guess.Low && e.Wait <= e.Guess.High),
            some.Average(e => e.Guess.High - e.Guess.Low)
        );

        double Share(Func<Entry, bool> holds) => some.Count(holds) / (double)some.Count;
    }

    private sealed record Entry(string Method, string Queue, PromiseStage Stage, int Hour, GuessedWait Guess, double Wait);
}
