using System.Globalization;
using Dapper;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

public sealed class SqliteQueueStoreTests : QueueStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<(IQueueStore Store, IOutbox Outbox)> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "queues.db"));
        var outbox = new SqliteOutbox("queues", database, TimeProvider.System);
        var store = new SqliteQueueStore(database);
        var token = TestContext.Current.CancellationToken;
        await new SqliteSchema("queues", database, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(token);
        // That the first branch was made.
        await outbox.CompleteAsync(await outbox.ClaimAsync(10, [], token), keep: false, token);
        return (store, outbox);
    }

    [Fact]
    public async Task A_queue_of_the_version_before_is_read_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        await using var old = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("queues", old, [SqliteQueuesSchema.Steps("UTC")[0]]).UpgradeAsync(token);
        await old.WriteAsync(
            c =>
                c.Execute(
                    """
                    INSERT INTO queues (id, is_active, version, state) VALUES ('q', 0, 3, '{"id":"q","settings":{"name":"Passports",
                    "description":null,"isActive":false,"prefix":"P","maxActiveTickets":7,"averageServiceTime":300,"slaWaitTime":600,
                    "noShowAfter":90,"maxRecalls":3,"rejoinGrace":900,"numberReset":"never","timeZone":"Europe/Madrid",
                    "openingHours":[{"day":"monday","opens":"09:00:00","closes":"17:00:00"}],"counters":[{"name":"1"},{"name":"2"}]},
                    "announcement":{"message":"Closing","at":"2026-11-28T00:39:37.282+00:00"},"createdAt":"2026-11-27T00:39:37.282+00:00",
                    "updatedAt":"2026-11-28T00:39:37.282+00:00","deletedAt":null,"version":3}')
                    """
                ),
            token
        );

        await new SqliteSchema("queues", old, SqliteQueuesSchema.Steps("UTC")).UpgradeAsync(token);

        var queue = (await new SqliteQueueStore(old).FindAsync("q", token))!;
        Assert.Equivalent(
            new QueueDefinition
            {
                Id = "q",
                Name = "Passports",
                IsActive = false,
                Prefix = "P",
                MaxActiveTickets = 7,
                AverageServiceTime = 300,
                SlaWaitTime = 600,
                NoShowAfter = 90,
                MaxRecalls = 3,
                RejoinGrace = 900,
                NumberReset = NumberReset.Never,
                TimeZone = "Europe/Madrid",
                OpeningHours = [new OpeningInterval(WeekDay.Monday, new TimeOnly(9, 0), new TimeOnly(17, 0))],
                Counters = [new QueueCounter("1"), new QueueCounter("2")],
                CreatedAt = DateTimeOffset.Parse("2026-11-27T00:39:37.282Z", CultureInfo.InvariantCulture),
                UpdatedAt = DateTimeOffset.Parse("2026-11-28T00:39:37.282Z", CultureInfo.InvariantCulture),
                Version = 3,
            },
            queue.Definition,
            strict: true
        );
        Assert.Equal(("Closing", null), (queue.Announcement?.Message, queue.DeletedAt));
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
