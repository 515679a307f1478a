using System.Diagnostics;

namespace SmartQueue.Testing;

/// <summary>Waits for a condition that another thread or process brings about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns the first answer of <paramref name="ask"/> that satisfies <paramref name="expected"/>; fails with the last one at
    /// the limit.</summary>
    /// <param name="ask">Asked again and again.</param>
    /// <param name="expected">The condition.</param>
    /// <param name="limit">How long at most; 20 s if absent.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> expected, TimeSpan? limit = null)
    {
        var token = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (expected(answer))
                return answer;
            if (watch.Elapsed > (limit ?? TimeSpan.FromSeconds(20)))
                Assert.Fail($"Waited {watch.Elapsed.TotalSeconds:0} s in vain; the last answer was {answer}.");
            await Task.Delay(Step, token);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null) => GetAsync(condition, met => met, limit);
}
