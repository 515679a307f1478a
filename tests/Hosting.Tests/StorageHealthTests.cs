using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Tests;

public sealed class StorageHealthTests
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeCondition condition = new();
    private readonly FakeSchema schema = new();
    private readonly StorageReadiness ready = new();
    private readonly StorageHealth health;

    public StorageHealthTests() => health = new StorageHealth([condition], [schema], ready, time, NullLogger<StorageHealth>.Instance);

    public static TheoryData<string, Exception> Faults =>
        new() { { "SQLite", new SqliteException("disk I/O error", 10) }, { "MongoDB", new MongoConnectionPoolPausedException("paused") } };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_storage_that_goes_away_is_told_and_so_is_its_return(string store, Exception fault)
    {
        ready.Done();
        Assert.Equal(HealthStatus.Healthy, (await AskAsync()).Status);

        schema.Version = _ => Task.FromException<int>(fault);
        time.Advance(TimeSpan.FromSeconds(1));
        var away = await AskAsync();
        Assert.True(away.Status == HealthStatus.Unhealthy, store);
        Assert.Contains("tickets", away.Description, StringComparison.Ordinal);

        schema.Version = _ => Task.FromResult(2);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Healthy, (await AskAsync()).Status);
    }

    [Fact]
    public async Task A_storage_that_lost_its_schema_is_not_ready()
    {
        ready.Done();
        schema.Version = _ => Task.FromResult(0);
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync()).Status);
    }

    [Fact]
    public async Task It_is_not_ready_before_its_storage_is_prepared()
    {
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync()).Status);
        Assert.Equal(0, schema.Asked);
    }

    [Fact]
    public async Task What_should_be_otherwise_is_told_and_fails_nothing()
    {
        ready.Done();
        condition.Concern = "It is a standalone server.";
        var answer = await AskAsync();
        Assert.Equal((HealthStatus.Degraded, "It is a standalone server."), (answer.Status, answer.Description));
    }

    [Fact]
    public async Task Many_who_ask_within_a_second_cost_one_question()
    {
        ready.Done();
        for (var i = 0; i < 20; i++)
            await AskAsync();
        Assert.Equal(1, schema.Asked);
    }

    [Fact]
    public async Task A_storage_that_keeps_one_waiting_is_away_after_two_seconds()
    {
        ready.Done();
        var asked = new TaskCompletionSource();
        schema.Version = _ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<int>().Task;
        };
        var answer = AskAsync();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HealthStatus.Unhealthy, (await answer).Status);
    }

    private Task<HealthCheckResult> AskAsync() => health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
