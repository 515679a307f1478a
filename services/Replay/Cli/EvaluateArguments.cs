namespace SmartQueue.Replay.Cli;

/// <summary>What <c>smartqueue evaluate-estimates</c> is asked for.</summary>
internal sealed record EvaluateArguments(
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Pool,
    int WarmUp,
    string Folder,
    int SimulatedDays,
    int Seed
)
{
    public const string Help = """
        smartqueue evaluate-estimates [FILE…]     scores wait estimates on recorded days, without looking ahead
          --pool A,B                              these queues share their counters and are one line; without it each queue is a line of its own
          --warm-up DAYS                          days learned from before any is scored, 5 unless told
          --out FOLDER                            where estimates.json and estimates.svg go
          --simulate DAYS                         also days made up with known staffing, compared with one who knows the staff:
                                                  once with counters inferred, and once told when they open and close
          --seed N                                of the made-up days
        """;

    public static EvaluateArguments Read(IReadOnlyList<string> args, Func<string, string?> variable)
    {
        var reader = new ArgumentReader(args, "--pool", "--warm-up", "--out", "--simulate", "--seed");
        var simulated = reader.Whole("--simulate", 0, 0, 365);
        if (reader.Rest.Count == 0 && simulated == 0)
            throw new UsageException("Name a file with recorded days, or make some up with --simulate DAYS.");
        var pool = (reader.Text("--pool") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new EvaluateArguments(
            reader.Rest,
            pool,
            reader.Whole("--warm-up", 5, 0, 3650),
            reader.Text("--out") ?? Path.Combine(variable("SMARTQUEUE_DATA") ?? ".", "estimates"),
            simulated,
            reader.Whole("--seed", 1, 0, int.MaxValue)
        );
    }
}
