using System.Globalization;

namespace SmartQueue.Testing;

/// <summary>How long tests by chance go on, and with which luck.</summary>
public static class Rounds
{
    /// <summary>How many: a few, or what <c>SMARTQUEUE_ROUNDS</c> says (<c>./test --long</c>).</summary>
    public static int Count(int few) => Number("SMARTQUEUE_ROUNDS") ?? few;

    /// <summary>The seed of a round; that of the first is <c>SMARTQUEUE_SEED</c>, or another each time.</summary>
    public static int Seed(int round) => First + round;

    private static int First { get; } = Number("SMARTQUEUE_SEED") ?? Environment.TickCount & 0xfffff;

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Writes a line into the test's output.</summary>
    public static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
