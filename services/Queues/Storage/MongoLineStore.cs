using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>The tickets of all lines, a document each.</summary>
internal sealed class MongoLineStore(IMongoDatabase database) : ILineStore
{
    public const string Tickets = "line_tickets";

    private const int DropAtOnce = 500;
    private static readonly FilterDefinitionBuilder<LineTicket> Where = Builders<LineTicket>.Filter;

    private readonly IMongoCollection<LineTicket> tickets = database.GetCollection<LineTicket>(Tickets);

    public async Task SaveAsync(LineTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            await tickets.ReplaceOneAsync(
                t => t.Id == ticket.Id && t.Version < ticket.Version,
                ticket,
                new ReplaceOptions { IsUpsert = true },
                cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // The filter found no older document, and the insert found one of the same id: it is as new, or newer.
            // Two first saves at once end here as well, so whichever is newer must still get in.
            await tickets.ReplaceOneAsync(
                t => t.Id == ticket.Id && t.Version < ticket.Version,
                ticket,
                new ReplaceOptions { IsUpsert = false },
                cancellationToken
            );
        }
    }

    public async Task<IReadOnlyDictionary<string, LineFigures>> ReadAsync(
        IReadOnlyCollection<LineQuery> queries,
        CancellationToken cancellationToken
    )
    {
        if (queries.Count == 0)
            return new Dictionary<string, LineFigures>();
        var ofThese = Where.In(t => t.QueueId, queries.Select(q => q.QueueId));
        // Of a long line not its tickets, but their ids alone.
        var waiting = await tickets
            .Aggregate(new AggregateOptions { AllowDiskUse = true })
            .Match(ofThese & Where.Eq(t => t.Status, TicketStatus.Waiting))
            .Project<BsonDocument>(
                new BsonDocument
                {
                    ["queueId"] = 1,
                    ["order"] = new BsonDocument("$ifNull", new BsonArray { "$order", long.MaxValue }),
                    ["createdAt"] = 1,
                    ["number"] = 1,
                    ["queuedAt"] = 1,
                }
            )
            .Sort(Builders<BsonDocument>.Sort.Ascending("order").Ascending("createdAt").Ascending("number").Ascending("_id"))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    ["_id"] = "$queueId",
                    ["ids"] = new BsonDocument("$push", "$_id"),
                    ["since"] = new BsonDocument("$min", "$queuedAt"),
                }
            )
            .ToListAsync(cancellationToken);
        var others = await tickets
            .Find(ofThese & Where.In(t => t.Status, [TicketStatus.Called, TicketStatus.Serving, TicketStatus.Parked]))
            .ToListAsync(cancellationToken);
        var closed = await tickets
            .Aggregate()
            .Match(Where.Or(queries.Select(q => Where.Eq(t => t.QueueId, q.QueueId) & Where.Gte(t => t.ClosedAt, q.DayStart))))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    ["_id"] = new BsonDocument { ["queue"] = "$queueId", ["status"] = "$status" },
                    ["count"] = new BsonDocument("$sum", 1),
                    ["services"] = new BsonDocument(
                        "$sum",
                        new BsonDocument("$cond", new BsonArray { new BsonDocument("$gte", new BsonArray { "$serviceMs", 0 }), 1, 0 })
                    ),
                    ["serviceMs"] = new BsonDocument("$sum", "$serviceMs"),
                }
            )
            .ToListAsync(cancellationToken);
        var called = await tickets
            .Aggregate()
            .Match(Where.Or(queries.Select(q => Where.Eq(t => t.QueueId, q.QueueId) & Where.Gte(t => t.CalledAt, q.DayStart))))
            .Group<BsonDocument>(
                new BsonDocument
                {
                    ["_id"] = "$queueId",
                    ["waits"] = new BsonDocument("$sum", 1),
                    ["waitMs"] = new BsonDocument("$sum", "$waitMs"),
                    ["last"] = new BsonDocument(
                        "$max",
                        new BsonDocument
                        {
                            ["at"] = "$calledAt",
                            ["number"] = "$number",
                            ["id"] = "$_id",
                            ["ticketNumber"] = "$ticketNumber",
                        }
                    ),
                }
            )
            .ToListAsync(cancellationToken);
        var counters = await tickets
            .Aggregate()
            .Match(
                Where.Or(
                    queries.Select(q =>
                        Where.Eq(t => t.QueueId, q.QueueId) & Where.Gte(t => t.ClosedAt, q.CountersSince) & Where.Ne(t => t.Counter, null)
                    )
                )
            )
            .Group<BsonDocument>(new BsonDocument { ["_id"] = "$queueId", ["counters"] = new BsonDocument("$addToSet", "$counter") })
            .ToListAsync(cancellationToken);
        return queries.ToDictionary(
            q => q.QueueId,
            q =>
                Figures(
                    q.QueueId,
                    waiting.Find(d => d["_id"] == q.QueueId),
                    others,
                    closed,
                    called.Find(d => d["_id"] == q.QueueId),
                    counters.Find(d => d["_id"] == q.QueueId)
                )
        );
    }

    public Task DropQueueAsync(string queueId, CancellationToken cancellationToken) =>
        tickets.DeleteManyAsync(t => t.QueueId == queueId, cancellationToken);

    public async Task<int> DropClosedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = Where.Lt(t => t.ClosedAt, before);
        var ids = await tickets
            .Find(old)
            .SortBy(t => t.ClosedAt)
            .ThenBy(t => t.Id)
            .Limit(DropAtOnce)
            .Project(t => t.Id)
            .ToListAsync(cancellationToken);
        if (ids.Count == 0)
            return 0;
        return (int)(await tickets.DeleteManyAsync(Where.In(t => t.Id, ids) & old, cancellationToken)).DeletedCount;
    }

    private static LineFigures Figures(
        string queueId,
        BsonDocument? waiting,
        List<LineTicket> others,
        List<BsonDocument> closed,
        BsonDocument? called,
        BsonDocument? counters
    )
    {
        var served = Closed(TicketStatus.Served);
        var here = others.Where(t => t.QueueId == queueId).ToList();
        return new LineFigures
        {
            // Whoever was called since they were read is not in both.
            Waiting = waiting?["ids"].AsBsonArray.Select(i => i.AsString).Except(here.Select(t => t.Id)).ToList() ?? [],
            WaitingSince = waiting?["since"].ToUniversalTime(),
            Others = here,
            CurrentNumber = called?["last"]["ticketNumber"].AsString,
            ServedToday = Count(served),
            CancelledToday = Count(Closed(TicketStatus.Cancelled)),
            NoShowToday = Count(Closed(TicketStatus.NoShow)),
            Waits = called?["waits"].ToInt32() ?? 0,
            WaitMs = called?["waitMs"].ToInt64() ?? 0,
            Services = served?["services"].ToInt32() ?? 0,
            ServiceMs = served?["serviceMs"].ToInt64() ?? 0,
            RecentCounters = counters?["counters"].AsBsonArray.Select(c => c.AsString).Order(StringComparer.Ordinal).ToList() ?? [],
        };

        BsonDocument? Closed(TicketStatus status) =>
            closed.Find(d => d["_id"]["queue"] == queueId && d["_id"]["status"] == status.ToString());
        static int Count(BsonDocument? group) => group?["count"].ToInt32() ?? 0;
    }
}
