using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoTicketsSchema
{
    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        // Databases from before there were versions have these indexes already.
        new("Indexes as of 0.1", FirstAsync),
        MongoAnswers.Step(MongoTicketStore.Tickets),
        new("Counters that hold one ticket over all queues", CountersAsync),
        MongoAnswers.Step(MongoCounterStore.Counters),
        new("Branches, and one order of a line", BranchesAsync),
        MongoOutbox.Step(MongoTicketStore.Tickets, MongoCounterStore.Counters),
        new("Lines by when they are looked at", TurnsAsync),
        MongoContacts.Step(MongoTicketStore.Tickets, OfGuest, t => t.State.ClosedAt),
        new("Closed tickets apart", ClosedAsync),
        new("The fields of tickets and counters at the top of their documents", LayoutAsync),
        new("Appointments in the line", AppointmentsAsync),
    ];

    // Queue and name of the counter that held the ticket, before counters were things.
    private const string EarlierHeldCounter = "heldCounter";

    // Orders were arrivals before, of which no line ever had so many.
    private static readonly long FirstMoment = LineOrder.OfArrival(1L << 36, 0, headStart: null);

    private static FilterDefinitionBuilder<NestedAggregate<Ticket>> Where => Builders<NestedAggregate<Ticket>>.Filter;

    // See Ticket.ContactLeftAt.
    private static FilterDefinition<NestedAggregate<Ticket>> OfGuest =>
        Where.Exists(t => t.State.UserId, exists: false)
        & Where.Exists(t => t.State.ClosedAt)
        & (
            Where.Exists(t => t.State.CustomerName)
            | Where.Exists(t => t.State.Phone)
            | Where.Exists(t => t.State.Email)
            | Where.Exists(t => t.State.Notes)
        );

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoTicketStore.Tickets, cancellationToken);
        var keys = Builders<NestedAggregate<Ticket>>.IndexKeys;
        await database
            .GetCollection<NestedAggregate<Ticket>>(MongoTicketStore.Tickets)
            .Indexes.CreateManyAsync(
                [
                    Index(
                        "number",
                        keys.Ascending(t => t.State.QueueId).Ascending(t => t.State.ServiceDay).Ascending(t => t.State.Number),
                        Where.Exists(t => t.State),
                        unique: true
                    ),
                    Index("counter", keys.Ascending(EarlierHeldCounter), Where.Exists(EarlierHeldCounter), unique: true),
                    Index(
                        "line",
                        keys.Ascending(t => t.State.QueueId)
                            .Descending(t => t.State.Priority)
                            .Ascending(t => t.State.Order)
                            .Ascending(t => t.Id),
                        Where.Eq(t => t.State.Status, TicketStatus.Waiting)
                    ),
                    Index("status", keys.Ascending(t => t.State.QueueId).Ascending(t => t.State.Status)),
                    Index("queue", keys.Ascending(t => t.State.QueueId).Descending(t => t.Id)),
                    Index("user", keys.Ascending(t => t.State.UserId).Descending(t => t.Id), Where.Exists(t => t.State.UserId)),
                    Index(
                        "successor",
                        keys.Ascending(MongoTicketStore.Successor + "._id"),
                        Where.Exists(MongoTicketStore.Successor + "._id")
                    ),
                    Index("void", keys.Ascending(MongoTicketStore.Void), Where.Exists(MongoTicketStore.Void)),
                ],
                cancellationToken
            );
    }

    // A counter for each name that stands in a queue or at an open ticket. Where one name held tickets in several queues, the one called last
    // is at the counter; the others can still be finished.
    private static async Task CountersAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoCounterStore.Counters, cancellationToken);
        var counters = database.GetCollection<BsonDocument>(MongoCounterStore.Counters);
        await counters.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(
                Builders<BsonDocument>.IndexKeys.Ascending(MongoCounterStore.NameKey),
                new CreateIndexOptions<BsonDocument>
                {
                    Name = MongoCounterStore.NameIndex,
                    Unique = true,
                    PartialFilterExpression = Builders<BsonDocument>.Filter.Exists(MongoCounterStore.NameKey),
                }
            ),
            cancellationToken: cancellationToken
        );
        var tickets = database.GetCollection<NestedAggregate<Ticket>>(MongoTicketStore.Tickets);
        var held = await tickets
            .Find(Where.In(t => t.State.Status, [TicketStatus.Called, TicketStatus.Serving]) & Where.Exists(t => t.State.Counter))
            .ToListAsync(cancellationToken);
        var queues = await database
            .GetCollection<QueuePolicyDocument>(MongoTicketStore.Policies)
            .Find(Builders<QueuePolicyDocument>.Filter.Exists(p => p.Definition))
            .ToListAsync(cancellationToken);
        var named = queues
            .SelectMany(q => q.Definition!.Counters.Select(c => (QueueId: (string?)q.QueueId, c.Name)))
            .Concat(
                held.Select(t =>
                    (
                        QueueId: queues.Exists(q => q.QueueId == t.State.QueueId && q.Definition!.Counters.Count > 0)
                            ? t.State.QueueId
                            : null,
                        Name: t.State.Counter!
                    )
                )
            )
            .GroupBy(n => MongoCounterStore.KeyOf(Branches.Main, n.Name), StringComparer.Ordinal);
        foreach (var name in named)
        {
            // A step that died in the middle is done again, and finds those it has made.
            var made = await counters
                .Find(Builders<BsonDocument>.Filter.Eq(MongoCounterStore.NameKey, name.Key))
                .FirstOrDefaultAsync(cancellationToken);
            var counterId = made?["_id"].AsString ?? Guid.CreateVersion7().ToString();
            if (made is null)
            {
                var serves = name.All(n => n.QueueId is not null) ? name.Select(n => n.QueueId!).Distinct() : [];
                var change = Counter.Create(
                    counterId,
                    new CounterDefinition(
                        Branches.Main,
                        name.First().Name,
                        [.. serves.Select(q => new QueueRank(q, 1))],
                        CounterRule.Oldest
                    ),
                    DateTimeOffset.UtcNow,
                    by: null
                );
                var document = NestedAggregate<Counter>.New(counterId, change.Next.Version, change.Next, change.Event).ToBsonDocument();
                document[MongoCounterStore.NameKey] = name.Key;
                await counters.InsertOneAsync(document, cancellationToken: cancellationToken);
            }

            var atIt = held.Where(t => MongoCounterStore.KeyOf(Branches.Main, t.State.Counter!) == name.Key)
                .OrderByDescending(t => t.State.UpdatedAt)
                .ThenByDescending(t => t.Id, StringComparer.Ordinal)
                .ToList();
            for (var i = 0; i < atIt.Count; i++)
            {
                var update = Builders<NestedAggregate<Ticket>>.Update.Set(t => t.State.CounterId, counterId).Unset(EarlierHeldCounter);
                await tickets.UpdateOneAsync(
                    Where.Eq(t => t.Id, atIt[i].Id),
                    i == 0 ? update.Set(MongoTicketStore.HeldBy, counterId) : update,
                    cancellationToken: cancellationToken
                );
            }
        }

        await tickets.Indexes.CreateOneAsync(
            Index(
                MongoTicketStore.HeldIndex,
                Builders<NestedAggregate<Ticket>>.IndexKeys.Ascending(MongoTicketStore.HeldBy),
                Where.Exists(MongoTicketStore.HeldBy),
                unique: true
            ),
            cancellationToken: cancellationToken
        );
        await tickets.Indexes.DropIfThereAsync("counter", cancellationToken);
    }

    // All there is is of the main branch. Two queues that had the same prefix may have given the same number: it counts once. The order of
    // each priority stays, now as moments: no moment lies before that of somebody who stood before.
    private static async Task BranchesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var tickets = database.GetCollection<BsonDocument>(MongoTicketStore.Tickets);
        var there = Builders<BsonDocument>.Filter.Exists("state");
        var update = Builders<BsonDocument>.Update;
        var issued = new HashSet<(string Day, string Number)>();
        // Not the least there is, from which a week could not be taken.
        var latest = DateTime.UnixEpoch;
        var changes = new List<WriteModel<BsonDocument>>();
        var cursor = await tickets.FindAsync(
            there,
            new FindOptions<BsonDocument>
            {
                Sort = Builders<BsonDocument>.Sort.Ascending("_id"),
                Projection = Builders<BsonDocument>
                    .Projection.Include("state.serviceDay")
                    .Include("state.ticketNumber")
                    .Include("state.updatedAt"),
            },
            cancellationToken
        );
        await cursor.ForEachAsync(
            async ticket =>
            {
                var state = ticket["state"].AsBsonDocument;
                var updated = state["updatedAt"].ToUniversalTime();
                latest = updated > latest ? updated : latest;
                var first = issued.Add((state["serviceDay"].ToString()!, state["ticketNumber"].AsString));
                await ChangeAsync(ticket["_id"], update.Set("state.branchId", Branches.Main).Set("state.issued", first));
            },
            cancellationToken
        );
        // By what the tickets say, as the twin of this step does: no clock is asked.
        var recent = new DateTimeOffset(latest) - TimeSpan.FromDays(7);
        var standing = await database
            .GetCollection<NestedAggregate<Ticket>>(MongoTicketStore.Tickets)
            .Find(
                Where.In(
                    t => t.State.Status,
                    [TicketStatus.Waiting, TicketStatus.Called, TicketStatus.Serving, TicketStatus.Parked, TicketStatus.NoShow]
                )
            )
            .ToListAsync(cancellationToken);
        foreach (
            var line in standing
                .Select(t => t.State)
                .Where(t => t.Status.IsOpen() || t.UpdatedAt > recent)
                .GroupBy(t => (t.QueueId, t.Priority))
        )
        {
            var (before, row) = (0L, 0);
            // A step that died in the middle is done again: those it has changed already came first.
            var inOrder = line.OrderByDescending(t => t.Order >= FirstMoment)
                .ThenBy(t => t.Order)
                .ThenBy(t => t.Id, StringComparer.Ordinal);
            foreach (var ticket in inOrder)
            {
                before = Math.Max(before, ticket.CreatedAt.ToUnixTimeMilliseconds());
                await ChangeAsync(
                    ticket.Id,
                    update.Set("state.order", LineOrder.OfArrival(before, ticket.Priority, headStart: null) + ++row)
                );
            }
        }

        await WriteAsync();
        // Queues of a counter that shared a rank get one each.
        var counters = database.GetCollection<NestedAggregate<Counter>>(MongoCounterStore.Counters);
        foreach (var counter in await counters.Find(Builders<NestedAggregate<Counter>>.Filter.Empty).ToListAsync(cancellationToken))
        {
            if (counter.State?.Queues is { } served && served.DistinctBy(q => q.Rank).Count() < served.Count)
                await counters.UpdateOneAsync(
                    c => c.Id == counter.Id,
                    Builders<NestedAggregate<Counter>>.Update.Set(
                        c => c.State.Queues,
                        [.. served.OrderBy(q => q.Rank).Select((q, i) => new QueueRank(q.QueueId, i + 1))]
                    ),
                    cancellationToken: cancellationToken
                );
        }

        var lines = database.GetCollection<MongoLine>(MongoTicketStore.Lines);
        var numbers = standing.ToDictionary(t => t.Id, t => t.State.Number);
        foreach (var line in await lines.Find(Builders<MongoLine>.Filter.Empty).ToListAsync(cancellationToken))
        {
            foreach (var place in line.Places)
            {
                var named = Builders<MongoLine>.Update.Set("places.$[own].placeId", place.TicketId);
                // Those of requests on their way have no number yet; nobody takes one during an upgrade.
                await lines.UpdateOneAsync(
                    l => l.QueueId == line.QueueId,
                    numbers.TryGetValue(place.TicketId, out var number) ? named.Set("places.$[own].number", number) : named,
                    new UpdateOptions
                    {
                        ArrayFilters =
                        [
                            new BsonDocumentArrayFilterDefinition<BsonDocument>(new BsonDocument("own.ticketId", place.TicketId)),
                        ],
                    },
                    cancellationToken
                );
            }
        }

        var indexes = database.GetCollection<NestedAggregate<Ticket>>(MongoTicketStore.Tickets).Indexes;
        var keys = Builders<NestedAggregate<Ticket>>.IndexKeys;
        await indexes.DropIfThereAsync("number", cancellationToken);
        await indexes.DropIfThereAsync("line", cancellationToken);
        await indexes.CreateManyAsync(
            [
                Index(
                    MongoTicketStore.NumberIndex,
                    keys.Ascending(t => t.State.BranchId).Ascending(t => t.State.ServiceDay).Ascending(t => t.State.TicketNumber),
                    Where.Eq(t => t.State.Issued, true),
                    unique: true
                ),
                Index(
                    "calling_order",
                    keys.Ascending(t => t.State.QueueId).Ascending(t => t.State.Status).Ascending(t => t.State.Order).Ascending(t => t.Id)
                ),
                Index(
                    "branch_status",
                    keys.Ascending(t => t.State.BranchId).Ascending(t => t.State.Status).Ascending(t => t.State.TicketNumber)
                ),
            ],
            cancellationToken
        );
        // Another index begins as it does.
        await indexes.DropIfThereAsync("status", cancellationToken);

        async Task ChangeAsync(BsonValue id, UpdateDefinition<BsonDocument> change)
        {
            changes.Add(new UpdateOneModel<BsonDocument>(Builders<BsonDocument>.Filter.Eq("_id", id), change));
            if (changes.Count == 1000)
                await WriteAsync();
        }

        async Task WriteAsync()
        {
            if (changes.Count > 0)
                await tickets.BulkWriteAsync(changes, cancellationToken: cancellationToken);
            changes.Clear();
        }
    }

    private static async Task TurnsAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var lines = database.GetCollection<MongoLine>(MongoTicketStore.Lines);
        await lines.UpdateManyAsync(
            Builders<MongoLine>.Filter.Exists("places.0"),
            Builders<MongoLine>.Update.Set(l => l.LookAt, DateTime.UnixEpoch).Set(l => l.DueAt, DateTime.UnixEpoch),
            cancellationToken: cancellationToken
        );
        await lines.Indexes.CreateOneAsync(
            new CreateIndexModel<MongoLine>(
                Builders<MongoLine>.IndexKeys.Ascending(l => l.LookAt).Ascending(l => l.QueueId),
                new CreateIndexOptions<MongoLine>
                {
                    Name = "turn",
                    PartialFilterExpression = Builders<MongoLine>.Filter.Exists(l => l.LookAt),
                }
            ),
            cancellationToken: cancellationToken
        );
    }

    private static async Task ClosedAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var keys = Builders<NestedAggregate<Ticket>>.IndexKeys;
        await database
            .GetCollection<NestedAggregate<Ticket>>(MongoTicketStore.Tickets)
            .Indexes.CreateOneAsync(
                Index(
                    MongoClosedTickets.ClosedIndex,
                    keys.Ascending(t => t.State.ClosedAt).Ascending(t => t.Id),
                    Where.Exists(t => t.State.ClosedAt)
                ),
                cancellationToken: cancellationToken
            );
        var closed = database.GetCollection<NestedAggregate<Ticket>>(MongoClosedTickets.Collection);
        await closed.Indexes.CreateManyAsync(
            [
                Index("queue", keys.Ascending(t => t.State.QueueId).Descending(t => t.Id)),
                Index("branch", keys.Ascending(t => t.State.BranchId).Descending(t => t.Id)),
                Index("user", keys.Ascending(t => t.State.UserId).Descending(t => t.Id), Where.Exists(t => t.State.UserId)),
            ],
            cancellationToken
        );
        await MongoContacts.CreateIndexAsync(closed, cancellationToken);
    }

    // Unique indexes of tickets begin with the branch from now on, by which they can be sharded.
    private static async Task LayoutAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoLayout.FlattenAsync(database, MongoTicketStore.Tickets, cancellationToken);
        await MongoLayout.FlattenAsync(database, MongoClosedTickets.Collection, cancellationToken);
        await MongoLayout.FlattenAsync(database, MongoCounterStore.Counters, cancellationToken);
        var tickets = database.GetCollection<Aggregate<Ticket>>(MongoTicketStore.Tickets);
        // Those on their way to another line.
        await tickets.UpdateManyAsync(
            Builders<Aggregate<Ticket>>.Filter.Exists(MongoTicketStore.Successor + ".state"),
            new PipelineUpdateDefinition<Aggregate<Ticket>>(
                new BsonDocument[]
                {
                    new(
                        "$set",
                        new BsonDocument(
                            MongoTicketStore.Successor,
                            new BsonDocument(
                                "$mergeObjects",
                                new BsonArray { $"${MongoTicketStore.Successor}.state", "$" + MongoTicketStore.Successor }
                            )
                        )
                    ),
                    new("$unset", MongoTicketStore.Successor + ".state"),
                }
            ),
            cancellationToken: cancellationToken
        );
        // What stands where a request died is of no branch yet; it goes within a day.
        await tickets.Indexes.DropIfThereAsync(MongoTicketStore.HeldIndex, cancellationToken);
        await MongoAnswers.SplitByBranchAsync(database, MongoTicketStore.Tickets, cancellationToken);
        var keys = Builders<Aggregate<Ticket>>.IndexKeys;
        var where = Builders<Aggregate<Ticket>>.Filter;
        await tickets.Indexes.CreateManyAsync(
            [
                Index(
                    MongoTicketStore.NumberIndex,
                    keys.Ascending(t => t.State.BranchId).Ascending(t => t.State.ServiceDay).Ascending(t => t.State.TicketNumber),
                    where.Eq(t => t.State.Issued, true),
                    unique: true
                ),
                Index(
                    MongoTicketStore.HeldIndex,
                    keys.Ascending(t => t.State.BranchId).Ascending(MongoTicketStore.HeldBy),
                    where.Exists(MongoTicketStore.HeldBy),
                    unique: true
                ),
                Index("holding", keys.Ascending(MongoTicketStore.HeldBy), where.Exists(MongoTicketStore.HeldBy)),
                Index(
                    "calling_order",
                    keys.Ascending(t => t.State.QueueId).Ascending(t => t.State.Status).Ascending(t => t.State.Order).Ascending(t => t.Id)
                ),
                Index(
                    "branch_status",
                    keys.Ascending(t => t.State.BranchId).Ascending(t => t.State.Status).Ascending(t => t.State.TicketNumber)
                ),
                Index("queue", keys.Ascending(t => t.State.QueueId).Descending(t => t.Id)),
                Index("user", keys.Ascending(t => t.State.UserId).Descending(t => t.Id), where.Exists(t => t.State.UserId)),
                Index(
                    MongoClosedTickets.ClosedIndex,
                    keys.Ascending(t => t.State.ClosedAt).Ascending(t => t.Id),
                    where.Exists(t => t.State.ClosedAt)
                ),
            ],
            cancellationToken
        );
        await database
            .GetCollection<Aggregate<Ticket>>(MongoClosedTickets.Collection)
            .Indexes.CreateManyAsync(
                [
                    Index("queue", keys.Ascending(t => t.State.QueueId).Descending(t => t.Id)),
                    // Ascending, so that it is an index of a shard key.
                    Index("branch", keys.Ascending(t => t.State.BranchId).Ascending(t => t.Id)),
                    Index("user", keys.Ascending(t => t.State.UserId).Descending(t => t.Id), where.Exists(t => t.State.UserId)),
                ],
                cancellationToken
            );
        await MongoLayout.ValidateAsync(database, MongoTicketStore.Tickets, TicketSchema, cancellationToken);
        await MongoLayout.ValidateAsync(database, MongoClosedTickets.Collection, TicketSchema, cancellationToken);
        await MongoLayout.ValidateAsync(database, MongoCounterStore.Counters, CounterSchema, cancellationToken);
    }

    private static async Task AppointmentsAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var times = Builders<BsonDocument>.IndexKeys;
        await database
            .GetCollection<BsonDocument>(MongoBookingStore.Bookings)
            .Indexes.CreateOneAsync(Index("line", times.Ascending("queueId").Ascending("start")), cancellationToken: cancellationToken);
        var keys = Builders<Aggregate<Ticket>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Ticket>>(MongoTicketStore.Tickets)
            .Indexes.CreateOneAsync(
                Index(
                    "booked",
                    // In an order of its own: before MongoDB 5 two indexes may not have the same.
                    keys.Ascending(t => t.State.Status).Ascending(t => t.State.QueueId).Ascending(t => t.State.Order).Ascending(t => t.Id),
                    Builders<Aggregate<Ticket>>.Filter.Exists(MongoTicketStore.Turn)
                ),
                cancellationToken: cancellationToken
            );
    }

    /// <summary>What a document of a ticket has, or one that stands where a request died.</summary>
    internal const string TicketSchema = """
        {
          bsonType: 'object',
          anyOf: [
            { required: ['_id', 'branchId', 'void'] },
            {
              required: ['_id', 'version', 'branchId', 'queueId', 'ticketNumber', 'number', 'serviceDay', 'order', 'status', 'priority',
                'createdAt', 'queuedAt', 'updatedAt', 'history', 'outbox']
            }
          ],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            branchId: { bsonType: 'string' },
            queueId: { bsonType: 'string' },
            visitId: { bsonType: 'string' },
            source: { enum: ['Web', 'Kiosk', 'Staff', 'Api', 'Appointment'] },
            labels: { bsonType: 'array', items: { bsonType: 'string' } },
            ticketNumber: { bsonType: 'string' },
            number: { bsonType: 'int', minimum: 1 },
            issued: { bsonType: 'bool' },
            serviceDay: { bsonType: 'date' },
            order: { bsonType: 'long' },
            userId: { bsonType: 'string' },
            customerName: { bsonType: 'string' },
            phone: { bsonType: 'string' },
            email: { bsonType: 'string' },
            status: { enum: ['Waiting', 'Called', 'Serving', 'Parked', 'Served', 'Cancelled', 'NoShow', 'Transferred', 'Expired'] },
            priority: { bsonType: 'int' },
            counter: { bsonType: 'string' },
            counterId: { bsonType: 'string' },
            servedBy: { bsonType: 'string' },
            recalls: { bsonType: 'int', minimum: 0 },
            createdAt: { bsonType: 'date' },
            queuedAt: { bsonType: 'date' },
            calledAt: { bsonType: 'date' },
            servingAt: { bsonType: 'date' },
            servedAt: { bsonType: 'date' },
            closedAt: { bsonType: 'date' },
            updatedAt: { bsonType: 'date' },
            history: { bsonType: 'array', items: { bsonType: 'object' } },
            heldBy: { bsonType: 'string' },
            void: { bsonType: 'date' },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

    /// <summary>What a document of a counter has.</summary>
    internal const string CounterSchema = """
        {
          bsonType: 'object',
          required: ['_id', 'version', 'branchId', 'name', 'queues', 'rule', 'status', 'since', 'outbox'],
          properties: {
            _id: { bsonType: 'string' },
            version: { bsonType: ['int', 'long'], minimum: 1 },
            branchId: { bsonType: 'string' },
            name: { bsonType: 'string', minLength: 1 },
            queues: { bsonType: 'array', items: { bsonType: 'object', required: ['queueId', 'rank'] } },
            rule: { enum: ['Oldest', 'Ranked'] },
            status: { enum: ['Closed', 'Open', 'Break'] },
            breakReason: { bsonType: 'string' },
            operatorId: { bsonType: 'string' },
            since: { bsonType: 'date' },
            deletedAt: { bsonType: 'date' },
            nameKey: { bsonType: 'string' },
            outbox: { bsonType: 'array', items: { bsonType: 'object', required: ['eventId', 'type', 'payload', 'occurredAt'] } },
            pendingSince: { bsonType: 'date' }
          }
        }
        """;

    private static CreateIndexModel<T> Index<T>(
        string name,
        IndexKeysDefinition<T> keys,
        FilterDefinition<T>? partial = null,
        bool unique = false
    ) =>
        new(
            keys,
            new CreateIndexOptions<T>
            {
                Name = name,
                Unique = unique,
                PartialFilterExpression = partial,
            }
        );
}
