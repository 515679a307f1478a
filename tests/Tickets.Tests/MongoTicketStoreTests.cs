using System.Collections.Concurrent;
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

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Twenty_counters_at_once_try_hardly_more_than_once_a_call(int readsBehindMilliseconds)
    {
        var (claims, finds, processed) = (0, 0, 0L);
        var settings = database.Client.Settings.Clone();
        settings.ClusterConfigurator = cluster =>
            cluster
                .Subscribe<CommandStartedEvent>(e =>
                {
                    if (e.CommandName == "findAndModify")
                        Interlocked.Increment(ref claims);
                    else if (e.CommandName == "find")
                        Interlocked.Increment(ref finds);
                })
                .Subscribe<CommandSucceededEvent>(e =>
                {
                    // What was read is so old when it is looked at.
                    if (e.CommandName == "find" && readsBehindMilliseconds > 0)
                        Thread.Sleep(readsBehindMilliseconds);
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
    public async Task A_newcomer_to_a_long_line_is_counted_from_its_end()
    {
        const int Long = 90;
        for (var n = 0; n < Long; n++)
            await TakeAsync();
        var counts = new ConcurrentQueue<BsonArray>();
        var settings = database.Client.Settings.Clone();
        settings.ClusterConfigurator = cluster =>
            cluster.Subscribe<CommandStartedEvent>(e =>
            {
                if (e.CommandName == "aggregate")
                    counts.Enqueue(BsonDocument.Parse(e.Command.ToJson())["pipeline"].AsBsonArray);
            });
        using var client = new MongoClient(settings);
        var watched = new MongoTicketStore(client.GetDatabase(database.DatabaseNamespace.DatabaseName), outbox, TimeProvider.System);

        Assert.Equal(Long, (await PlaceOfNewcomerAsync(watched, priority: 0)).Ahead);
        // Those called, served and set aside are few; all who wait are counted up to a limit only.
        Assert.Equal(2, counts.Count);
        Assert.All(counts, stages =>
            Assert.True(stages[0]["$match"]["status"].IsBsonDocument || stages.Any(s => s.AsBsonDocument.Contains("$limit")))
        );
    }

    [Fact]
    public async Task Who_hangs_up_once_their_place_is_taken_has_their_number_all_the_same()
    {
        await TakeAsync();
        using var hangUp = new CancellationTokenSource();
        using var client = EndedAfter("findAndModify", MongoTicketStore.Lines, hangUp);
        var watched = new MongoTicketStore(client.GetDatabase(database.DatabaseNamespace.DatabaseName), outbox, TimeProvider.System);

        var place = await PlaceOfNewcomerAsync(watched, priority: 0, hangUp.Token);

        Assert.True(hangUp.IsCancellationRequested);
        Assert.Equal((2, 1), (place.Number.Value, place.Ahead));
        Assert.Equal("new", (await Store.OpenAsync("q1", Token))[^1].Id);
    }

    [Fact]
    public async Task Where_a_transfer_died_halfway_the_ticket_that_its_answer_tells_of_is_there_once_that_is_given_again()
    {
        var moved = await TakeAsync();
        Assert.True(await TransferAsync(moved, Some.Queue("q2"), Answer("key")));
        var documents = database.GetCollection<BsonDocument>(MongoTicketStore.Tickets);
        var successor = await documents.FindOneAndDeleteAsync(new BsonDocument("transferredFrom", moved.Id), cancellationToken: Token);
        await documents.UpdateOneAsync(
            new BsonDocument("_id", moved.Id),
            new BsonDocument("$set", new BsonDocument(MongoTicketStore.Successor, successor)),
            cancellationToken: Token
        );
        Assert.Empty(await store.OpenAsync("q2", Token));

        Assert.NotNull(await store.FindAnswerAsync("key", Token));

        Assert.Equal(successor["_id"].AsString, Assert.Single(await store.OpenAsync("q2", Token)).Id);
        Assert.Equal(0, await store.RecoverAsync(DateTimeOffset.UtcNow.AddMinutes(1), Token));
    }

    [Theory]
    [InlineData("update", MongoClosedTickets.Collection)]
    [InlineData("insert", MongoTicketStore.Tickets)]
    public async Task A_closed_ticket_whose_move_died_halfway_is_there_once_and_as_it_was_changed_last(string step, string collection)
    {
        var closed = await LeaveAsync(await TakeAsync());
        await PublishAllAsync();
        var later = Some.Noon.AddDays(8);
        var corrected = closed.Correct(TicketDetails.Of(closed) with { Notes = "left an umbrella" }, null, later, "op");
        using var death = new CancellationTokenSource();
        using var client = EndedAfter(step, collection, death);
        var dying = new MongoTicketStore(client.GetDatabase(database.DatabaseNamespace.DatabaseName), outbox, TimeProvider.System);

        if (step == "insert")
            await Store.MoveClosedAsync(later, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            step == "insert"
                ? dying.SaveAsync(corrected, closed.Version, Some.Queue(), null, death.Token)
                : dying.MoveClosedAsync(later, death.Token)
        );
        Assert.Equal((1, 1), await KeptAsync());
        Assert.Equal([closed.Id], await ListAsync(new TicketFilter(null, null, null, null, null)));

        await SaveAsync(corrected);
        Assert.Equal("left an umbrella", (await Store.FindAsync(closed.Id, Token))!.Notes);
        await PublishAllAsync();
        await Store.MoveClosedAsync(later, Token);
        Assert.Equal((0, 1), await KeptAsync());
        Assert.Equal("left an umbrella", (await Store.FindAsync(closed.Id, Token))!.Notes);

        async Task<(long OfLines, long Moved)> KeptAsync()
        {
            var counts = new List<long>();
            foreach (var name in (string[])[MongoTicketStore.Tickets, MongoClosedTickets.Collection])
                counts.Add(await database.GetCollection<BsonDocument>(name).CountDocumentsAsync(new BsonDocument("_id", closed.Id)));
            return (counts[0], counts[1]);
        }
    }

    // Whoever uses this dies right after the first such command on a collection, and before the next.
    private MongoClient EndedAfter(string command, string collection, CancellationTokenSource death)
    {
        var settings = database.Client.Settings.Clone();
        var last = 0;
        settings.ClusterConfigurator = cluster =>
            cluster
                .Subscribe<CommandStartedEvent>(e =>
                {
                    if (e.CommandName == command && e.Command[command] == collection)
                        last = e.RequestId;
                })
                .Subscribe<CommandSucceededEvent>(e =>
                {
                    if (e.RequestId == last)
                        death.Cancel();
                });
        return new MongoClient(settings);
    }

    [Fact]
    public async Task Tickets_whose_fields_were_in_a_state_of_their_own_go_on_after_the_upgrade()
    {
        var token = TestContext.Current.CancellationToken;
        var old = await TestMongo.DatabaseAsync();
        await new MongoSchema("tickets", old, [.. MongoTicketsSchema.Steps.Take(9)], TimeProvider.System).UpgradeAsync(token);
        var documents = old.GetCollection<BsonDocument>(MongoTicketStore.Tickets);
        var calling = Some.Waiting(1).Call(Some.Desk("1"), Some.Noon, "op");
        var held = NestedAggregate<Ticket>.New(calling.Next.Id, calling.Next.Version, calling.Next, calling.Event).ToBsonDocument();
        held[MongoTicketStore.HeldBy] = calling.Next.CounterId;
        await documents.InsertOneAsync(held, null, token);
        var closing = Some.Waiting(2).Cancel("gone", Some.Noon, "op").Next;
        var successor = Some.Waiting(3) with { Issued = false };
        var closed = NestedAggregate<Ticket>.New(closing.Id, closing.Version, closing).ToBsonDocument();
        closed[MongoTicketStore.Successor] = NestedAggregate<Ticket>.New(successor.Id, 1, successor).ToBsonDocument();
        await documents.InsertOneAsync(closed, null, token);
        var past = Some.Waiting(4).Cancel("gone", Some.Noon, "op").Next;
        await old.GetCollection<BsonDocument>(MongoClosedTickets.Collection)
            .InsertOneAsync(NestedAggregate<Ticket>.New(past.Id, past.Version, past).ToBsonDocument(), null, token);
        await documents.InsertOneAsync(new BsonDocument { ["_id"] = "died", [MongoTicketStore.Void] = DateTime.UtcNow }, null, token);

        await new MongoSchema("tickets", old, MongoTicketsSchema.Steps, TimeProvider.System).UpgradeAsync(token);

        var waiting = new MongoOutbox("tickets", old, [MongoTicketStore.Tickets], TimeProvider.System);
        var upgraded = new MongoTicketStore(old, waiting, TimeProvider.System);
        Assert.Equivalent(calling.Next, await upgraded.HeldByAsync(calling.Next.CounterId!, token), strict: true);
        Assert.Equivalent(past, await upgraded.FindAsync(past.Id, token), strict: true);
        Assert.Null(await upgraded.FindAsync("died", token));
        Assert.Equal(calling.Event.EventId.ToString(), Assert.Single(await waiting.ClaimAsync(10, [], token)).EventId);
        Assert.Equal(1, await upgraded.RecoverAsync(DateTimeOffset.UtcNow.AddMinutes(1), token));
        Assert.Equivalent(successor, await upgraded.FindAsync(successor.Id, token), strict: true);
        Assert.True(await upgraded.SaveAsync(calling.Next.Serve(Some.Noon, "op"), calling.Next.Version, null, null, token));
        Assert.Equal(
            0,
            await documents.CountDocumentsAsync(
                Builders<BsonDocument>.Filter.Exists("state") | Builders<BsonDocument>.Filter.Exists("successor.state"),
                cancellationToken: token
            )
        );
        await old.Client.DropDatabaseAsync(old.DatabaseNamespace.DatabaseName, token);
    }

    [Fact]
    public async Task Unique_indexes_of_tickets_begin_with_the_branch_by_which_they_are_sharded() =>
        Assert.Equal(
            ["branchId answer.key", "branchId answers.key", "branchId heldBy", "branchId serviceDay ticketNumber"],
            await TestMongo.UniqueKeysAsync(database, MongoTicketStore.Tickets)
        );

    [Fact]
    public async Task Writes_that_need_the_shard_key_name_it()
    {
        var token = TestContext.Current.CancellationToken;
        var asked = new ConcurrentBag<(string Collection, BsonDocument Query)>();
        var settings = database.Client.Settings.Clone();
        settings.ClusterConfigurator = cluster =>
            cluster.Subscribe<CommandStartedEvent>(e =>
            {
                if (e.CommandName == "findAndModify")
                    asked.Add((e.Command["findAndModify"].AsString, e.Command["query"].DeepClone().AsBsonDocument));
                if (e.CommandName == "update")
                    foreach (var update in e.Command["updates"].AsBsonArray.Where(u => u.AsBsonDocument.GetValue("upsert", false) == true))
                        asked.Add((e.Command["update"].AsString, update["q"].DeepClone().AsBsonDocument));
            });
        using var client = new MongoClient(settings);
        var its = client.GetDatabase(database.DatabaseNamespace.DatabaseName);
        store = new MongoTicketStore(its, outbox, TimeProvider.System);
        await TakeAsync();
        await TakeAsync();
        var called = await Store.CallFirstAsync("q1", t => (t.Call(Some.Desk("1"), Some.Noon, "op"), null), token);
        await SaveAsync(called!.Serve(Some.Noon, "op"));
        await PublishAllAsync();
        await Store.MoveClosedAsync(DateTimeOffset.UtcNow.AddDays(1), token);
        await new MongoLineTurns(its).ClaimAsync(
            DateTimeOffset.UtcNow.AddMinutes(1),
            DateTimeOffset.UtcNow.AddMinutes(2),
            DateTimeOffset.UtcNow.AddMinutes(9),
            token
        );

        Assert.Equal(
            [MongoClosedTickets.Collection, MongoTicketStore.Lines, MongoTicketStore.Tickets],
            asked.Select(a => a.Collection).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(asked, a => Assert.Contains(a.Collection == MongoTicketStore.Lines ? "_id" : MongoTicketStore.BranchOf, a.Query.Names));
    }

    [Fact]
    public async Task The_server_refuses_a_ticket_that_is_none()
    {
        var refused = await Assert.ThrowsAsync<MongoWriteException>(() =>
            database
                .GetCollection<BsonDocument>(MongoTicketStore.Tickets)
                .InsertOneAsync(
                    new BsonDocument
                    {
                        ["_id"] = "x",
                        ["branchId"] = "main",
                        ["status"] = "Elsewhere",
                    },
                    null,
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(121, refused.WriteError.Code);
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
            var document = NestedAggregate<Ticket>.New(ticket.Id, 1, ticket).ToBsonDocument();
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
        var placed = await PlaceOfNewcomerAsync(upgraded, priority: 5);
        Assert.Equal(("A-6", 1), (placed.Number.Text, placed.Ahead));
        Assert.True(await upgraded.CloseLineAsync("q2", 1, token));
        await old.Client.DropDatabaseAsync(old.DatabaseNamespace.DatabaseName, token);
    }
}
