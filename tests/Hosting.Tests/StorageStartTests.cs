using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class StorageStartTests : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeCondition condition = new();
    private readonly FakeSchema schema = new();
    private readonly StorageReadiness ready = new();
    private readonly StorageStart start;

    public StorageStartTests() => start = new StorageStart([condition], [schema], ready, time, NullLogger<StorageStart>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => start.DisposeAsync();

    [Fact]
    public async Task A_server_that_is_away_is_waited_for()
    {
        schema.Upgrade = _ => throw new TimeoutException();
        await start.StartingAsync(Token);
        Assert.False(ready.IsReady);

        schema.Upgrade = _ => Task.CompletedTask;
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(ready.IsReady);
        });
        await start.StoppingAsync(Token);
    }

    [Fact]
    public async Task It_stops_cleanly_while_it_waits_for_a_server()
    {
        schema.Upgrade = _ => throw new TimeoutException();
        await start.StartingAsync(Token);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        schema.Upgrade = async stopping =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stopping);
        };
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(asked.Task.IsCompleted);
        });

        await start.StoppingAsync(Token);
        Assert.False(ready.IsReady);
    }

    [Fact]
    public async Task A_server_that_answers_at_last_and_cannot_be_used_is_told()
    {
        schema.Upgrade = _ => throw new TimeoutException();
        await start.StartingAsync(Token);
        schema.Upgrade = _ => throw new StartupException("It is of a later version.");
        var waiting = ready.ReadyAsync(Token);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(waiting.IsCompleted);
        });

        await Assert.ThrowsAsync<StartupException>(() => waiting);
        await start.StoppingAsync(Token);
    }

    [Fact]
    public async Task Nothing_is_upgraded_before_the_conditions_hold()
    {
        var upgraded = false;
        schema.Upgrade = _ => Task.FromResult(upgraded = true);
        condition.Require = _ => throw new TimeoutException();
        await start.StartingAsync(Token);
        Assert.False(upgraded);

        condition.Require = _ => Task.CompletedTask;
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(ready.IsReady);
        });
        Assert.True(upgraded);
        await start.StoppingAsync(Token);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_stops_the_start_before_anything_is_upgraded()
    {
        schema.Upgrade = _ => throw new InvalidOperationException("It is upgraded.");
        condition.Require = _ => throw new StartupException("Another process uses it.");
        Assert.Equal("Another process uses it.", (await Assert.ThrowsAsync<StartupException>(() => start.StartingAsync(Token))).Message);
    }

    [Fact]
    public async Task Why_an_upgrade_stops_the_start_is_told_in_its_own_words()
    {
        schema.Upgrade = _ => throw new StartupException("It is of a later version.");
        Assert.Equal("It is of a later version.", (await Assert.ThrowsAsync<StartupException>(() => start.StartingAsync(Token))).Message);
    }

    [Fact]
    public async Task A_fault_that_stays_stops_the_start()
    {
        schema.Upgrade = _ => throw new SqliteException("no such column", 1);
        Assert.Contains(
            "tickets",
            (await Assert.ThrowsAsync<StartupException>(() => start.StartingAsync(Token))).Message,
            StringComparison.Ordinal
        );
    }
}
