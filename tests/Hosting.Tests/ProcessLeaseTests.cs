using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Driver;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class ProcessLeaseTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly List<ApplicationLifetime> lifetimes = [];
    private readonly List<ProcessLease> leases = [];
    private IMongoDatabase database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await TestMongo.DatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in leases)
        {
            await lease.StopAsync(CancellationToken.None);
            lease.Dispose();
        }

        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public async Task A_second_process_is_refused_while_the_first_one_runs()
    {
        await RunAsync(Lease());
        var refused = await Assert.ThrowsAsync<StartupException>(() => PassTimeAsync(Lease().RequireAsync(Token)));
        Assert.Contains("RABBITMQ_URI", refused.Message, StringComparison.Ordinal);
        Assert.False(lifetimes[0].ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task The_lease_of_a_process_that_died_ends_by_itself()
    {
        await Lease().RequireAsync(Token);
        var before = time.GetUtcNow();
        await PassTimeAsync(Lease().RequireAsync(Token));
        Assert.InRange(time.GetUtcNow() - before, ProcessLease.Length, ProcessLease.Length + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_process_that_stops_gives_it_back()
    {
        var first = Lease();
        await RunAsync(first);
        await first.StopAsync(Token);
        await first.StoppedAsync(Token);
        await Lease().RequireAsync(Token);
    }

    [Fact]
    public async Task A_process_that_was_halted_too_long_stops_when_another_has_taken_over()
    {
        await RunAsync(Lease());
        // The clock of the one that takes over, while the first gets no processor.
        var later = new FakeTimeProvider(time.GetUtcNow() + ProcessLease.Length + TimeSpan.FromSeconds(1));
        await Lease(later).RequireAsync(Token);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(ProcessLease.Interval);
            return Task.FromResult(lifetimes[0].ApplicationStopping.IsCancellationRequested);
        });
        Assert.False(lifetimes[1].ApplicationStopping.IsCancellationRequested);
    }

    private ProcessLease Lease(TimeProvider? clock = null)
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        lifetimes.Add(lifetime);
        var lease = new ProcessLease(database, lifetime, clock ?? time, NullLogger<ProcessLease>.Instance);
        leases.Add(lease);
        return lease;
    }

    private static async Task RunAsync(ProcessLease lease)
    {
        await lease.RequireAsync(Token);
        await lease.StartAsync(Token);
    }

    private async Task PassTimeAsync(Task work)
    {
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            return Task.FromResult(work.IsCompleted);
        });
        await work;
    }
}
