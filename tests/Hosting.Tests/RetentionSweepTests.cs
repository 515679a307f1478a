using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class RetentionSweepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_ended_keeps_nothing_else_and_is_tried_again_half_an_hour_later()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var started = time.GetUtcNow();
        var ended = new ConcurrentQueue<(string What, DateTimeOffset Before)>();
        var away = true;
        var lines = new LogLines();
        using var loggers = new LoggerFactory([lines]);
        Retention[] kept = [new("tickets", "Contacts", TimeSpan.FromDays(30), (before, _) =>
            {
                if (Volatile.Read(ref away))
                    throw new TimeoutException("It is away.");
                ended.Enqueue(("contacts", before));
                return Task.CompletedTask;
            }), new("tickets", "Answers", TimeSpan.FromDays(1), (before, _) =>
            {
                ended.Enqueue(("answers", before));
                return Task.CompletedTask;
            })];
        using var sweep = new RetentionSweep(kept, time, new Logger<RetentionSweep>(loggers));
        await sweep.StartAsync(Token);

        await Eventually.TrueAsync(() => Task.FromResult(ended.Count == 1));
        Assert.Equal(("answers", started.AddDays(-1)), ended.Single());
        Assert.Contains("Contacts", Assert.Single(lines.AtLeast(LogLevel.Warning)), StringComparison.Ordinal);

        Volatile.Write(ref away, false);
        time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(1));
        Assert.Single(ended);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => Task.FromResult(ended.Count == 3));
        Assert.Equal([("contacts", started.AddMinutes(30).AddDays(-30)), ("answers", started.AddMinutes(30).AddDays(-1))], ended.Skip(1));
        await sweep.StopAsync(Token);
    }
}
