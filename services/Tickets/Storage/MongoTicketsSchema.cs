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
    ];

    private static readonly FilterDefinitionBuilder<Aggregate<Ticket>> Where = Builders<Aggregate<Ticket>>.Filter;

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoTicketStore.Tickets, cancellationToken);
        var keys = Builders<Aggregate<Ticket>>.IndexKeys;
        await database
            .GetCollection<Aggregate<Ticket>>(MongoTicketStore.Tickets)
            .Indexes.CreateManyAsync(
                [
                    Index(
                        "number",
                        keys.Ascending(t => t.State.QueueId).Ascending(t => t.State.ServiceDay).Ascending(t => t.State.Number),
                        Where.Exists(t => t.State),
                        unique: true
                    ),
                    Index(
                        "counter",
                        keys.Ascending(MongoTicketStore.HeldCounter),
                        Where.Exists(MongoTicketStore.HeldCounter),
                        unique: true
                    ),
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

    private static CreateIndexModel<Aggregate<Ticket>> Index(
        string name,
        IndexKeysDefinition<Aggregate<Ticket>> keys,
        FilterDefinition<Aggregate<Ticket>>? partial = null,
        bool unique = false
    ) =>
        new(
            keys,
            new CreateIndexOptions<Aggregate<Ticket>>
            {
                Name = name,
                Unique = unique,
                PartialFilterExpression = partial,
            }
        );
}
