using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class SqliteTicketStoreTests : TicketStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase database = null!;
    private SqliteTicketStore store = null!;
    private SqliteOutbox outbox = null!;

    private protected override ITicketStore Store => store;

    private protected override ILineTurns Turns => new SqliteLineTurns(database);

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "tickets.db"));
        store = new SqliteTicketStore(database);
        outbox = new SqliteOutbox("tickets", database, TimeProvider.System);
        await new SqliteSchema("tickets", database, SqliteTicketsSchema.Steps).UpgradeAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_queue_is_and_that_it_is_no_more_is_known_after_a_restart()
    {
        var token = TestContext.Current.CancellationToken;
        await store.SavePolicyAsync(new QueuePolicy("q1", 2, Some.Queue()), token);
        await store.SavePolicyAsync(new QueuePolicy("gone", 5, Definition: null), token);

        var next = new SqliteTicketStore(database);

        var known = (await next.FindPolicyAsync("q1", token))!;
        Assert.Equal((2L, "q1"), (known.Version, known.QueueId));
        Assert.Equal(JsonSerializer.Serialize(Some.Queue()), JsonSerializer.Serialize(known.Definition));
        Assert.Equal(new QueuePolicy("gone", 5, Definition: null), await next.FindPolicyAsync("gone", token));
        Assert.Null(await next.FindPolicyAsync("never", token));
    }

    [Fact]
    public async Task The_order_of_a_line_from_before_there_was_one_rank_stays()
    {
        var token = TestContext.Current.CancellationToken;
        await using var old = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("tickets", old, [.. SqliteTicketsSchema.Steps.Take(5)]).UpgradeAsync(token);
        var written = new List<string>();
        // A deferred one stands between two others, and the urgent one came last; another queue gave the first number as well.
        foreach (
            var (number, order, priority, queue) in ((int, long, int, string)[])
                [(1, 10, 0, "q1"), (2, 35, 0, "q1"), (3, 30, 0, "q1"), (4, 40, 0, "q1"), (5, 50, 5, "q1"), (1, 10, 0, "q2")]
        )
        {
            var ticket = Some.Waiting(number) with
            {
                QueueId = queue,
                Order = order,
                Priority = priority,
                CreatedAt = Some.Noon.AddMinutes(number),
            };
            written.Add(ticket.Id);
            await old.WriteAsync(
                c =>
                    c.Execute(
                        """
                        INSERT INTO lines (queue_id, service_day, number, arrivals, open) VALUES (@QueueId, '2026-03-02', 5, 5, 5) ON CONFLICT DO NOTHING;
                        INSERT INTO tickets (id, queue_id, service_day, number, status, open, priority, ord, created_at, updated_at, version, state)
                        VALUES (@Id, @QueueId, '2026-03-02', @Number, 'waiting', 1, @Priority, @Order, @created, @created, 1, @state);
                        """,
                        new
                        {
                            ticket.Id,
                            ticket.QueueId,
                            ticket.Number,
                            ticket.Priority,
                            ticket.Order,
                            created = ticket.CreatedAt.ToUnixTimeMilliseconds(),
                            state = JsonSerializer.Serialize(ticket, JsonSerializerOptions.Web),
                        }
                    ),
                token
            );
        }

        await new SqliteSchema("tickets", old, SqliteTicketsSchema.Steps).UpgradeAsync(token);

        var upgraded = new SqliteTicketStore(old);
        Assert.Equal(
            [written[4], written[0], written[2], written[1], written[3]],
            (await upgraded.LineAsync("q1", null, 9, token)).Select(t => t.Id)
        );
        var placed = await PlaceOfNewcomerAsync(upgraded, priority: 5);
        Assert.Equal(("A-6", 1), (placed.Number.Text, placed.Ahead));
    }

    [Fact]
    public async Task A_full_line_from_before_appointments_goes_on_after_the_upgrade_and_takes_who_arrives()
    {
        var token = TestContext.Current.CancellationToken;
        var roomy = Some.Queue(capacity: 3000);
        var line = new List<string>();
        for (var i = 0; i < 2000; i++)
            line.Add((await TakeAsync(in_: roomy, priority: i % 100 == 99 ? 1 : 0)).Id);
        var order = (await store.LineAsync("q1", null, 3000, token)).Select(t => t.Id).ToList();
        var called = await store.CallFirstAsync("q1", t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), token);
        await SaveAsync(called!.Serve(Some.Noon.AddMinutes(5), "op"), capacity: 3000);
        Assert.Equal((line.Count, order[0]), (order.Count, called.Id));

        await using var old = new SqliteDatabase(Path.Combine(folder.Path, "old.db"));
        var before = SqliteTicketsSchema.Steps.TakeWhile(s => s.Summary != "Appointments in the line").ToList();
        Assert.True(before.Count < SqliteTicketsSchema.Steps.Count);
        await new SqliteSchema("tickets", old, before).UpgradeAsync(token);
        CopyAll(Path.Combine(folder.Path, "tickets.db"), Path.Combine(folder.Path, "old.db"));
        await new SqliteSchema("tickets", old, SqliteTicketsSchema.Steps).UpgradeAsync(token);

        var upgraded = new SqliteTicketStore(old);
        Assert.Equal(order.Skip(1), (await upgraded.LineAsync("q1", null, 3000, token)).Select(t => t.Id));
        Assert.Equal(
            JsonSerializer.Serialize(await store.FindAsync(called.Id, token)),
            JsonSerializer.Serialize(await upgraded.FindAsync(called.Id, token))
        );
        var places = new List<int>();
        var arrives = new BookedTurn { At = Some.Noon, InARow = 1 };
        await upgraded.TakeAsync(
            new PlaceRequest("arrived", roomy, new DateOnly(2026, 3, 2), Some.Noon) { Turn = arrives },
            place =>
            {
                places.Add(place.Ahead);
                return (Ticket.Issue(new NewTicket { Id = "arrived", Turn = arrives }, roomy, place, Some.Promise, Some.Noon, null), null);
            },
            token
        );
        Assert.Equal([0], places);
        foreach (var (next, counter) in ((string, int)[])[("arrived", 2), (order[1], 3), (order[2], 4)])
            Assert.Equal(
                next,
                (await upgraded.CallFirstAsync("q1", t => (t.Call(Some.Desk($"{counter}"), Some.Noon, "op"), null), token))?.Id
            );
    }

    // All that fits into a file of an earlier version. The tickets first: what is counted by triggers is copied, too.
    private static void CopyAll(string from, string into)
    {
        using var c = new SqliteConnection($"Data Source={into};Pooling=False");
        c.Open();
        c.Execute("ATTACH @from AS later", new { from });
        var tables = c.Query<string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
        foreach (var table in tables.OrderBy(t => t != "tickets").ToList())
        {
            var columns = string.Join(", ", c.Query<string>("SELECT name FROM pragma_table_info(@table, 'main')", new { table }));
            c.Execute($"DELETE FROM main.{table}; INSERT INTO main.{table} ({columns}) SELECT {columns} FROM later.{table}");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
