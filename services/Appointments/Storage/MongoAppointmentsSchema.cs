using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Appointments.Storage;

/// <summary>The steps of the service's MongoDB database. A step that has been released is never changed: the next one goes on from
/// it.</summary>
internal static class MongoAppointmentsSchema
{
    public static readonly IReadOnlyList<MongoStep> Steps =
    [
        new("Appointments", FirstAsync),
        MongoAnswers.Step(MongoAppointmentStore.Appointments),
        MongoOutbox.Step(MongoAppointmentStore.Appointments),
        new("Keys that are the only ones in their branch", AnswersAsync),
        new("Calendar feeds", FeedsAsync),
        MongoAnswers.Step(MongoFeedStore.Feeds),
        MongoOutbox.Step(MongoFeedStore.Feeds),
        new("Places that are held", HoldsAsync),
    ];

    private static async Task FirstAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoAppointmentStore.Appointments, cancellationToken);
        var appointments = database.GetCollection<BsonDocument>(MongoAppointmentStore.Appointments);
        await MongoContacts.CreateIndexAsync(appointments, cancellationToken);
        await appointments.Indexes.CreateManyAsync(
            [
                Index(MongoAppointmentStore.PlaceIndex, unique: true, "place", "branchId", "queueId", "start", "place"),
                Index("appointment_taken", unique: false, "place", "queueId", "start", "end", "place"),
                Index("appointment_code", unique: true, "codeHash", "branchId", "codeHash"),
                Index("appointment_code_anywhere", unique: false, "codeHash", "codeHash"),
                Index("appointment_branch", unique: false, null, "branchId", "start", "_id"),
                Index("appointment_queue", unique: false, null, "queueId", "start", "_id"),
                Index("appointment_status", unique: false, null, "status", "start", "_id"),
                Index("appointment_user", unique: false, "userId", "userId"),
                Index("appointment_network", unique: false, "network", "queueId", "network", "start"),
            ],
            cancellationToken
        );
    }

    private static Task AnswersAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        MongoAnswers.SplitByBranchAsync(database, MongoAppointmentStore.Appointments, cancellationToken);

    private static async Task FeedsAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await MongoOutbox.CreateIndexesAsync(database, MongoFeedStore.Feeds, cancellationToken);
        await database
            .GetCollection<BsonDocument>(MongoFeedStore.Feeds)
            .Indexes.CreateManyAsync(
                [
                    // Not unique: it could not be, in a collection that is sharded by branch, and no two secrets are the same.
                    Index("feed_secret", unique: false, null, "secretHash"),
                    Index("feed_branch", unique: false, null, "branchId", "_id"),
                    Index("feed_maker", unique: false, null, "createdBy"),
                ],
                cancellationToken
            );
    }

    private static Task HoldsAsync(IMongoDatabase database, CancellationToken cancellationToken) =>
        database
            .GetCollection<BsonDocument>(MongoAppointmentStore.Appointments)
            .Indexes.CreateOneAsync(
                Index("appointment_held", unique: false, "heldUntil", "status", "heldUntil", "_id"),
                cancellationToken: cancellationToken
            );

    private static CreateIndexModel<BsonDocument> Index(string name, bool unique, string? where, params IReadOnlyList<string> fields) =>
        new(
            Builders<BsonDocument>.IndexKeys.Combine([.. fields.Select(f => Builders<BsonDocument>.IndexKeys.Ascending(f))]),
            new CreateIndexOptions<BsonDocument>
            {
                Name = name,
                Unique = unique,
                PartialFilterExpression = where is null ? null : Builders<BsonDocument>.Filter.Exists(where),
            }
        );
}
