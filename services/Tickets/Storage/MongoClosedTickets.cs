using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>
/// Tickets that closed long ago, apart from those that lines are made of. One is copied here first and removed there then: a process that
/// dies in between leaves it in both, where that of the lines counts, and the next move replaces this one.
/// </summary>
internal sealed class MongoClosedTickets(IMongoDatabase database, TimeProvider time)
{
    /// <summary>The collection of those that were moved.</summary>
    public const string Collection = "closed_tickets";

    /// <summary>The index of closed tickets among those of the lines.</summary>
    public const string ClosedIndex = "closed";

    /// <summary>Names the move that a ticket is copied by. A change of the ticket removes it, and the copy is not the last.</summary>
    public const string Moving = "moving";

    // The same in a copy, by which it is known which one it is.
    private const string Moved = "moved";
    private const int DuplicateKey = 11000;
    private const int MovedAtOnce = 500;

    // What is published, or was, and repeats of requests are of no ticket that closed so long ago.
    private static readonly string[] LeftBehind = ["published", "lease", "answer", "answers", MongoTicketStore.ClaimedUntil, Moving];

    private static readonly FilterDefinitionBuilder<Aggregate<Ticket>> Where = Builders<Aggregate<Ticket>>.Filter;
    private static readonly FilterDefinitionBuilder<BsonDocument> WhereDocument = Builders<BsonDocument>.Filter;
    private readonly IMongoCollection<Aggregate<Ticket>> tickets = database.GetCollection<Aggregate<Ticket>>(MongoTicketStore.Tickets);
    private readonly IMongoCollection<BsonDocument> from = database.GetCollection<BsonDocument>(MongoTicketStore.Tickets);
    private readonly IMongoCollection<BsonDocument> to = database.GetCollection<BsonDocument>(Collection);

    /// <summary>Those that were moved.</summary>
    public IMongoCollection<Aggregate<Ticket>> Tickets { get; } = database.GetCollection<Aggregate<Ticket>>(Collection);

    /// <summary>Moves those that closed before a time, UTC, and of which nothing is to be published, finished or repeated.</summary>
    public async Task MoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var due =
            Where.Lt(t => t.State.ClosedAt, before)
            & Where.Exists("outbox.0", exists: false)
            & Where.Exists("answers.0", exists: false)
            & Where.Exists(t => t.Answer, exists: false)
            & Where.Exists(MongoTicketStore.Successor, exists: false);
        while (
            await tickets
                .Find(due)
                .Sort(Builders<Aggregate<Ticket>>.Sort.Ascending(t => t.State.ClosedAt).Ascending(t => t.Id))
                .Limit(MovedAtOnce)
                .Project(t => t.Id)
                .ToListAsync(cancellationToken)
                is { Count: > 0 } ids
        )
        {
            var move = time.NewId();
            await tickets.UpdateManyAsync(
                Where.In(t => t.Id, ids) & due,
                Builders<Aggregate<Ticket>>.Update.Set(Moving, move),
                cancellationToken: cancellationToken
            );
            var mine = WhereDocument.In("_id", ids) & WhereDocument.Eq(Moving, move);
            var copies = await from.Find(mine).ToListAsync(cancellationToken);
            if (copies.Count == 0)
                continue;
            foreach (var copy in copies)
            {
                foreach (var field in LeftBehind)
                    copy.Remove(field);
                copy[Moved] = move;
            }

            await to.BulkWriteAsync(
                copies.Select(c => new ReplaceOneModel<BsonDocument>(
                    WhereDocument.Eq("_id", c["_id"]) & WhereDocument.Eq(MongoTicketStore.BranchOf, c[MongoTicketStore.BranchOf]),
                    c
                )
                {
                    IsUpsert = true,
                }),
                new BulkWriteOptions { IsOrdered = false },
                cancellationToken
            );
            // One that was changed since it was copied is not of this move any more, and is copied once more.
            await from.DeleteManyAsync(mine, cancellationToken);
        }
    }

    /// <summary>Brings one back to those of the lines, to be changed. It moves again when that is published and not repeated any
    /// more.</summary>
    /// <returns>Whether it was brought back; <c>false</c> if it was not moved, or is back already.</returns>
    public async Task<bool> BringBackAsync(string ticketId, CancellationToken cancellationToken)
    {
        if (await to.Find(WhereDocument.Eq("_id", ticketId)).FirstOrDefaultAsync(cancellationToken) is not { } copy)
            return false;
        var move = copy[Moved];
        copy.Remove(Moved);
        try
        {
            await from.InsertOneAsync(copy, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            return false;
        }

        // Not one that another process has moved again meanwhile.
        await to.DeleteOneAsync(WhereDocument.Eq("_id", ticketId) & WhereDocument.Eq(Moved, move), cancellationToken);
        return true;
    }
}
