using System.Diagnostics;
using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>How long tests by chance go on, and with which luck.</summary>
public static class Rounds
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(45);
    private static readonly Stopwatch Since = Stopwatch.StartNew();
    private static readonly Lock Writing = new();

    private static int First { get; } = Number("SMARTQUEUE_SEED") ?? Environment.TickCount & 0xfffff;

    /// <summary>Whether there is another round: a few, or as many as <c>SMARTQUEUE_ROUNDS</c> says, and none is begun after three quarters of
    /// an hour.</summary>
    /// <param name="round">Which, from 0.</param>
    /// <param name="few">How many there usually are.</param>
    public static bool More(int round, int few) => round < (Number("SMARTQUEUE_ROUNDS") ?? few) && Since.Elapsed < Longest;

    /// <summary>The seed of a round; that of the first is <c>SMARTQUEUE_SEED</c>, or another each time.</summary>
    public static int Seed(int round) => First + round;

    /// <summary>Writes a line into the test's output, and into the file that <c>SMARTQUEUE_ROUNDS_LOG</c> names.</summary>
    public static void Tell(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("SMARTQUEUE_ROUNDS_LOG") is not { Length: > 0 } file)
            return;
        lock (Writing)
            File.AppendAllText(file, $"{TestContext.Current.TestMethod?.MethodName}: {line}\n");
    }

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
