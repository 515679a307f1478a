using MongoDB.Driver;

namespace SmartQueue.Tickets.Storage;

/// <summary>The turns of lines in MongoDB, in the documents of the lines.</summary>
internal sealed class MongoLineTurns(IMongoDatabase database) : ILineTurns
{
    private static readonly FilterDefinitionBuilder<MongoLine> Where = Builders<MongoLine>.Filter;
    private static readonly UpdateDefinitionBuilder<MongoLine> Do = Builders<MongoLine>.Update;

    private readonly IMongoCollection<MongoLine> lines = database.GetCollection<MongoLine>(MongoTicketStore.Lines);

    public async Task<LineTurn?> ClaimAsync(
        DateTimeOffset now,
        DateTimeOffset until,
        DateTimeOffset furthest,
        CancellationToken cancellationToken
    )
    {
        var mine = until.UtcDateTime;
        // Two ranges of one index.
        var due = Where.Lte(l => l.LookAt, now.UtcDateTime) | Where.Gt(l => l.LookAt, furthest.UtcDateTime);
        var first = lines
            .Find(Where.Exists(l => l.LookAt) & due)
            .Sort(Builders<MongoLine>.Sort.Ascending(l => l.LookAt).Ascending(l => l.QueueId))
            .Limit(1)
            .Project(l => l.QueueId);
        // Found first and taken then, by its id: lines may be on several shards. Each time round another process was faster at it.
        while (await first.FirstOrDefaultAsync(cancellationToken) is { } queueId)
        {
            var line = await lines.FindOneAndUpdateAsync(
                Where.Eq(l => l.QueueId, queueId) & Where.Exists(l => l.LookAt) & due,
                Do.Set(l => l.LookAt, mine),
                new FindOneAndUpdateOptions<MongoLine, MongoLine> { Projection = Builders<MongoLine>.Projection.Exclude(l => l.Places) },
                cancellationToken
            );
            if (line is not null)
                return new LineTurn(line.QueueId, new DateTimeOffset(line.DueAt ?? DateTime.UnixEpoch, TimeSpan.Zero), until);
        }

        return null;
    }

    public async Task EndAsync(LineTurn turn, DateTimeOffset next, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        var claimed = Where.Eq(l => l.QueueId, turn.QueueId) & Where.Eq(l => l.LookAt, turn.ClaimedUntil.UtcDateTime);
        // Guarded by the places, so that who comes this moment finds either the turn or none.
        var empty = await lines.UpdateOneAsync(
            claimed & Where.Exists("places.0", exists: false),
            Do.Unset(l => l.LookAt).Unset(l => l.DueAt),
            cancellationToken: cancellationToken
        );
        if (empty.MatchedCount == 0)
            await lines.UpdateOneAsync(
                claimed,
                Do.Set(l => l.LookAt, next.UtcDateTime).Set(l => l.DueAt, dueAt.UtcDateTime),
                cancellationToken: cancellationToken
            );
    }
}
