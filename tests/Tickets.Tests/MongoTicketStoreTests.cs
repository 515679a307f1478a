using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

public sealed class MongoTicketStoreTests : TicketStoreContract
{
    private IMongoDatabase database = null!;
    private MongoTicketStore store = null!;
    private MongoOutbox outbox = null!;

    private protected override ITicketStore Store => store;

    private protected override ILineTurns Turns => new MongoLineTurns(database);

    private protected override IOutbox Outbox => outbox;

    public override async ValueTask InitializeAsync()
    {
        database = await TestMongo.DatabaseAsync();
        outbox = new MongoOutbox("tickets", database, [MongoTicketStore.Tickets], TimeProvider.System);
        store = new MongoTicketStore(database, outbox, TimeProvider.System);
        await new MongoSchema("tickets", database, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public async Task A_place_whose_request_died_comes_back_and_its_late_ticket_is_refused()
    {
        var token = TestContext.Current.CancellationToken;
        var lines = database.GetCollection<BsonDocument>("lines");
        await TakeAsync();
        var orphan = new BsonDocument
        {
            ["placeId"] = "dead",
            ["ticketId"] = "dead",
            ["at"] = DateTime.UtcNow.AddHours(-1),
        };
        await lines.UpdateOneAsync(
            new BsonDocument("_id", "q1"),
            new BsonDocument("$push", new BsonDocument("places", orphan)),
            cancellationToken: token
        );
        Assert.Equal((1, null), await store.RecoverLineAsync("q1", DateTimeOffset.UtcNow.AddMinutes(-1), token));
        Assert.Single((await lines.Find(new BsonDocument("_id", "q1")).SingleAsync(token))["places"].AsBsonArray);
        var late = Some.Waiting() with { Id = "dead" };
        await Assert.ThrowsAsync<MongoWriteException>(() =>
            database
                .GetCollection<Aggregate<Ticket>>("tickets")
                .InsertOneAsync(Aggregate<Ticket>.New("dead", 1, late, null), cancellationToken: token)
        );
        Assert.Equal(TicketStatus.Waiting, (await store.OpenAsync("q1", token)).Single().Status);
    }

    [Fact]
    public async Task An_account_whose_request_died_gets_a_number_when_it_asks_again_after_a_minute()
    {
        await TakeAsync();
        await database
            .GetCollection<BsonDocument>("lines")
            .UpdateOneAsync(
                new BsonDocument("_id", "q1"),
                new BsonDocument(
                    "$push",
                    new BsonDocument(
                        "places",
                        new BsonDocument
                        {
                            ["placeId"] = "dead",
                            ["ticketId"] = "dead",
                            ["userId"] = "u1",
                            ["at"] = Some.Noon.UtcDateTime,
                        }
                    )
                ),
                cancellationToken: TestContext.Current.CancellationToken
            );
        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            TakeAsync(userId: "u1", request: r => r with { At = Some.Noon.AddSeconds(50) })
        );
        Assert.Equal(ErrorCodes.AlreadyInQueue, refused.Code);
        Assert.Equal("u1", (await TakeAsync(userId: "u1", request: r => r with { At = Some.Noon.AddSeconds(70) })).UserId);
    }

    [Fact]
    public async Task Twenty_counters_at_once_try_hardly_more_than_once_a_call()
    {
        var (claims, finds, processed) = (0, 0, 0L);
        var settings = database.Client.Settings.Clone();
        settings.ClusterConfigurator = cluster =>
            cluster.Subscribe<CommandStartedEvent>(e =>
            {
                if (e.CommandName == "findAndModify")
                    Interlocked.Increment(ref claims);
                else if (e.CommandName == "find")
                    Interlocked.Increment(ref finds);
            });
        using var client = new MongoClient(settings);
        var watched = new MongoTicketStore(client.GetDatabase(database.DatabaseNamespace.DatabaseName), outbox, TimeProvider.System);
        var line = Some.Queue(capacity: 400);
        for (var n = 0; n < 400; n++)
            await TakeAsync(in_: line);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 20),
            new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = TestContext.Current.CancellationToken },
            async (desk, token) =>
            {
                while (
                    await watched.CallFirstAsync(line.Id, t => (t.Call(Some.Desk($"{desk}"), Some.Noon, "op"), null), token) is { } called
                )
                {
                    Interlocked.Increment(ref processed);
                    Assert.True(await watched.SaveAsync(called.Serve(Some.Noon, "op"), called.Version, line, null, token));
                }
            }
        );
        Assert.Equal(400, processed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{claims / 400.0:0.00} claims and {finds / 400.0:0.00} reads a call");
        Assert.InRange(claims / 400.0, 1, 1.5);
    }

    [Fact]
    public async Task An_open_ticket_whose_place_is_gone_has_one_again()
    {
        var token = TestContext.Current.CancellationToken;
        var lines = database.GetCollection<BsonDocument>("lines");
        var ticket = await TakeAsync();
        var other = await TakeAsync();
        await lines.UpdateOneAsync(
            new BsonDocument("_id", "q1"),
            new BsonDocument("$pull", new BsonDocument("places", new BsonDocument("ticketId", ticket.Id))),
            cancellationToken: token
        );
        // One that was opened a moment ago is left to who opened it.
        Assert.Equal((0, null), await store.RecoverLineAsync("q1", ticket.UpdatedAt, token));
        Assert.Equal((1, null), await store.RecoverLineAsync("q1", ticket.UpdatedAt.AddMinutes(1), token));
        Assert.Equal((0, null), await store.RecoverLineAsync("q1", ticket.UpdatedAt.AddMinutes(1), token));
        foreach (var open in (Ticket[])[ticket, other])
            await SaveAsync(open.Cancel(null, Some.Noon, "op"));
        Assert.Empty((await lines.Find(new BsonDocument("_id", "q1")).SingleAsync(token))["places"].AsBsonArray);
    }

    [Fact]
    public async Task The_order_of_a_line_from_before_there_was_one_rank_stays()
    {
        var token = TestContext.Current.CancellationToken;
        var old = await TestMongo.DatabaseAsync();
        await new MongoSchema("tickets", old, [.. MongoTicketsSchema.Steps.Take(4)], TimeProvider.System).UpgradeAsync(token);
        var documents = old.GetCollection<BsonDocument>(MongoTicketStore.Tickets);
        var places = new BsonArray();
        var written = new List<string>();
        // A deferred one stands between two others, and the urgent one came last.
        foreach (var (number, order, priority) in ((int, long, int)[])[(1, 10, 0), (2, 35, 0), (3, 30, 0), (4, 40, 0), (5, 50, 5)])
        {
            var ticket = Some.Waiting(number) with { Order = order, Priority = priority, CreatedAt = Some.Noon.AddMinutes(number) };
            written.Add(ticket.Id);
            var document = Aggregate<Ticket>.New(ticket.Id, 1, ticket, null).ToBsonDocument();
            foreach (var later in (string[])["branchId", "issued", "visitId", "source", "labels"])
                document["state"].AsBsonDocument.Remove(later);
            await documents.InsertOneAsync(document, null, token);
            places.Add(new BsonDocument { ["ticketId"] = ticket.Id, ["at"] = DateTime.UtcNow });
        }

        await old.GetCollection<BsonDocument>("lines")
            .InsertOneAsync(
                new BsonDocument
                {
                    ["_id"] = "q1",
                    ["day"] = "2026-03-02",
                    ["number"] = 5,
                    ["arrivals"] = 5L,
                    ["places"] = places,
                },
                null,
                token
            );

        await new MongoSchema("tickets", old, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var upgraded = new MongoTicketStore(
            old,
            new MongoOutbox("tickets", old, [MongoTicketStore.Tickets], TimeProvider.System),
            TimeProvider.System
        );
        Assert.Equal(
            [written[4], written[0], written[2], written[1], written[3]],
            (await upgraded.LineAsync("q1", null, 9, token)).Select(t => t.Id)
        );
        var placed = await PlaceOfUrgentNewcomerAsync(upgraded);
        Assert.Equal(("A-6", 1), (placed.Number.Text, placed.Ahead));
        Assert.True(await upgraded.CloseLineAsync("q2", 1, token));
        await old.Client.DropDatabaseAsync(old.DatabaseNamespace.DatabaseName, token);
    }
}
