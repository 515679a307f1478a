using MongoDB.Bson;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>The answers kept in the documents of a service's collections (see <see cref="Aggregate{TState}"/>).</summary>
public static class MongoAnswers
{
    /// <summary>The index that allows each key of a change once.</summary>
    public const string KeyIndex = "answers_key";

    private const string MadeAt = "answer.at";
    private const string ChangedAt = "answers.at";
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Do = Builders<BsonDocument>.Update;

    /// <summary>The indexes that make keys unique and find what has been kept long enough: of documents that keep answers only.</summary>
    public static Task IndexAsync(IMongoCollection<BsonDocument> collection, CancellationToken cancellationToken) => collection.Indexes.CreateManyAsync(
        [
            Index(KeyIndex, "answers.key", unique: true),
            Index("answer_at", MadeAt, unique: false),
            Index("answers_at", ChangedAt, unique: false),
        ],
        cancellationToken);

    /// <summary>Drops what was kept before <paramref name="before"/>, UTC.</summary>
    public static async Task DropAsync(IMongoDatabase database, IEnumerable<string> collections, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = before.UtcDateTime;
        foreach (var name in collections)
        {
            var collection = database.GetCollection<BsonDocument>(name);
            await collection.UpdateManyAsync(Where.Lt(MadeAt, old), Do.Unset("answer"), cancellationToken: cancellationToken);
            await collection.UpdateManyAsync(Where.Lt(ChangedAt, old), Do.PullFilter("answers", Where.Lt("at", old)), cancellationToken: cancellationToken);
        }
    }

    private static CreateIndexModel<BsonDocument> Index(string name, string field, bool unique) => new(
        Builders<BsonDocument>.IndexKeys.Ascending(field),
        new CreateIndexOptions<BsonDocument> { Name = name, Unique = unique, PartialFilterExpression = Where.Exists(field) });
}
