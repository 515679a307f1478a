using System.Globalization;
using Dapper;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Benchmarks;

/// <summary>Tickets that were taken, called and served long ago, as the stores of their services would have kept them.</summary>
internal static class PastYear
{
    private const int ADay = 4_000;
    private const int AtOnce = 2_000;

    /// <summary>Writes them into the folder of a process that is not running.</summary>
    /// <param name="folder">The folder, with the stores of a first start.</param>
    /// <param name="queueId">Their queue.</param>
    /// <param name="count">How many.</param>
    public static async Task WriteAsync(string folder, string queueId, int count)
    {
        var begin = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(-30 - (count / ADay));
        await TicketsAsync(folder, queueId, count, begin);
        await AnalyticsAsync(folder, queueId, count, begin);
        await NotificationsAsync(folder, queueId, count, begin);
    }

    private static async Task TicketsAsync(string folder, string queueId, int count, DateTimeOffset begin)
    {
        await using var database = Open(folder, "tickets");
        var store = new SqliteTicketStore(database);
        var queue = (await store.FindPolicyAsync(queueId, CancellationToken.None))!.Definition!;
        await EachAsync(count, LiveAsync, database);

        async Task LiveAsync(int i)
        {
            var at = TimeOf(begin, i);
            var day = DateOnly.FromDateTime(at.UtcDateTime);
            var id = IdOf(begin, i);
            Ticket? ticket = null;
            await store.TakeAsync(
                new PlaceRequest(id, queue, day, at),
                place =>
                {
                    var issued = Ticket.Issue(new NewTicket { Id = id }, queue, place, new WaitPromise(300, 200, 400), at, by: null);
                    ticket = issued.Next;
                    return (issued, null);
                },
                CancellationToken.None
            );
            var served = ticket!
                .Call(new CounterRef("desk-1", "1"), at.AddSeconds(300), "operator")
                .Next.Serve(at.AddSeconds(420), "operator");
            if (!await store.SaveAsync(served, ticket.Version, queue: null, answer: null, CancellationToken.None))
                throw new InvalidOperationException($"Ticket {i} was not saved.");
        }
    }

    private static async Task AnalyticsAsync(string folder, string queueId, int count, DateTimeOffset begin)
    {
        await using var database = Open(folder, "analytics");
        var store = new SqliteAnalyticsStore(database);
        await EachAsync(count, i =>
        {
            var at = TimeOf(begin, i);
            return store.RecordTicketAsync(
                new()
                {
                    TicketId = IdOf(begin, i),
                    TicketNumber = NumberOf(i),
                    QueueId = queueId,
                    ServiceDay = DateOnly.FromDateTime(at.UtcDateTime),
                    Status = TicketStatus.Served,
                    Priority = 0,
                    Recalls = 0,
                    Counter = "1",
                    CounterId = "desk-1",
                    ServedBy = "operator",
                    CreatedAt = at,
                    QueuedAt = at,
                    FirstCalledAt = at.AddSeconds(300),
                    CalledAt = at.AddSeconds(300),
                    ServedAt = at.AddSeconds(420),
                    ClosedAt = at.AddSeconds(420),
                    LastClosedAt = at.AddSeconds(420),
                    Version = 3,
                },
                CancellationToken.None
            );
        });
        while (await store.RollUpAsync(16, CancellationToken.None) == 16)
            await Task.Yield();
    }

    private static async Task NotificationsAsync(string folder, string queueId, int count, DateTimeOffset begin)
    {
        await using var database = Open(folder, "notifications");
        var store = new SqliteNotificationStore(database);
        await EachAsync(
            count,
            i =>
                store.AddAsync(
                    Notification.InApp(
                        Guid.CreateVersion7(TimeOf(begin, i)).ToString(),
                        Guid.CreateVersion7(TimeOf(begin, i)).ToString(),
                        userId: null,
                        IdOf(begin, i),
                        "joined",
                        new("Your number", $"Your number is {NumberOf(i)}. You will be called in about 5 minutes."),
                        wanted: true,
                        TimeOf(begin, i)
                    ) with
                    {
                        BranchId = Branches.Main,
                        Line = new(queueId, "Passports", NumberOf(i)),
                    },
                    answer: null,
                    CancellationToken.None
                ),
            database
        );
    }

    private static SqliteDatabase Open(string folder, string store) => new(Path.Combine(folder, store + ".db"), lasting: false);

    private static async Task EachAsync(int count, Func<int, Task> write, SqliteDatabase? publishing = null)
    {
        for (var i = 0; i < count; i += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(i, Math.Min(AtOnce, count - i)).Select(write));
            // Others have long heard of it.
            if (publishing is not null)
                await publishing.WriteAsync(c => c.Execute("DELETE FROM outbox"), CancellationToken.None);
        }
    }

    private static DateTimeOffset TimeOf(DateTimeOffset begin, int i) => begin.AddDays(i / ADay).AddHours(8).AddSeconds(8.0 * (i % ADay));

    // The same each time, and ordered by time as ids are.
    private static string IdOf(DateTimeOffset begin, int i) =>
        Guid.CreateVersion7(TimeOf(begin, i)).ToString()[..24] + i.ToString("x12", CultureInfo.InvariantCulture);

    private static string NumberOf(int i) => FormattableString.Invariant($"A-{(i % ADay) + 1}");
}
