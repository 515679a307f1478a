using System.Text.Json;
using Dapper;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;
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

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
