using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>The answers kept in the documents of a service's collections (see <see cref="Aggregate{TState}"/>).</summary>
public static class MongoAnswers
{
    /// <summary>The index that allows each key of what makes a document once.</summary>
    public const string MadeKeyIndex = "answer_key";

    /// <summary>The index that allows each key of a change once.</summary>
    public const string KeyIndex = "answers_key";

    private const string MadeAt = "answer.at";
    private const string ChangedAt = "answers.at";
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Do = Builders<BsonDocument>.Update;

    /// <summary>The step of a service's schema that lets its documents keep answers to changes, and finds those that have been kept long
    /// enough.</summary>
    /// <param name="collection">The collection whose documents keep answers.</param>
    public static MongoStep Step(string collection) =>
        new(
            "Answers to changes, and the end of all",
            (database, token) =>
                // Partial: only documents that keep answers are in the indexes.
                database
                    .GetCollection<BsonDocument>(collection)
                    .Indexes.CreateManyAsync(
                        [
                            Index(KeyIndex, "answers.key", unique: true),
                            Index("answer_at", MadeAt, unique: false),
                            Index("answers_at", ChangedAt, unique: false),
                        ],
                        token
                    )
        );

    /// <summary>Part of a step after which a key is the only one in its branch, and not in the whole collection, which can be sharded by
    /// branch then. The documents say theirs as <c>branchId</c>.</summary>
    public static async Task SplitByBranchAsync(IMongoDatabase database, string collection, CancellationToken cancellationToken)
    {
        var indexes = database.GetCollection<BsonDocument>(collection).Indexes;
        foreach (var (name, field) in ((string, string)[])[(MadeKeyIndex, "answer.key"), (KeyIndex, "answers.key")])
        {
            await indexes.CreateOneAsync(Index("branch_" + name, field, unique: true, "branchId"), cancellationToken: cancellationToken);
            await indexes.DropIfThereAsync(name, cancellationToken);
            // By which it is found, in whichever branch.
            await indexes.CreateOneAsync(Index(name, field, unique: false), cancellationToken: cancellationToken);
        }
    }

    /// <summary>Makes the indexes of a collection of answers that no document of a service could keep: each key once, for as long as
    /// <see cref="Idempotency.KeptFor"/> says.</summary>
    public static Task CreateIndexesAsync(IMongoCollection<AnswerItem> answers, CancellationToken cancellationToken)
    {
        var keys = Builders<AnswerItem>.IndexKeys;
        return answers.Indexes.CreateManyAsync(
            [
                new(keys.Ascending(a => a.KeyHash), new CreateIndexOptions { Name = "key", Unique = true }),
                new(keys.Ascending(a => a.CreatedAt), new CreateIndexOptions { Name = "kept", ExpireAfter = Idempotency.KeptFor }),
            ],
            cancellationToken
        );
    }

    /// <summary>Keeps an answer in such a collection.</summary>
    /// <exception cref="DuplicateIdempotencyKeyException">Another request under the same key was first.</exception>
    public static async Task KeepAsync(IMongoCollection<AnswerItem> answers, StoredResponse answer, CancellationToken cancellationToken)
    {
        try
        {
            await answers.InsertOneAsync(AnswerItem.Of(answer), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            throw new DuplicateIdempotencyKeyException();
        }
    }

    /// <summary>Erases what the answers of a document say, within a change of it that is guarded by the version it was found at.</summary>
    public static UpdateDefinition<Aggregate<TState>> Erase<TState>(UpdateDefinition<Aggregate<TState>> change, Aggregate<TState> found)
    {
        if (found.Answer is { } made)
            change = change.Set(a => a.Answer, made.Erased());
        return found.Answers is { Count: > 0 } some ? change.Set(a => a.Answers, [.. some.Select(a => a.Erased())]) : change;
    }

    /// <summary>Drops what was kept before <paramref name="before"/>, UTC.</summary>
    internal static async Task DropAsync(
        IMongoDatabase database,
        IEnumerable<string> collections,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var old = before.UtcDateTime;
        foreach (var name in collections)
        {
            var collection = database.GetCollection<BsonDocument>(name);
            await collection.UpdateManyAsync(Where.Lt(MadeAt, old), Do.Unset("answer"), cancellationToken: cancellationToken);
            await collection.UpdateManyAsync(
                Where.Lt(ChangedAt, old),
                Do.PullFilter("answers", Where.Lt("at", old)),
                cancellationToken: cancellationToken
            );
        }
    }

    private static CreateIndexModel<BsonDocument> Index(string name, string field, bool unique, params IReadOnlyList<string> before) =>
        new(
            Builders<BsonDocument>.IndexKeys.Combine([.. before.Append(field).Select(f => Builders<BsonDocument>.IndexKeys.Ascending(f))]),
            new CreateIndexOptions<BsonDocument>
            {
                Name = name,
                Unique = unique,
                PartialFilterExpression = Where.Exists(field),
            }
        );
}
