using System.Linq.Expressions;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// The time from which the contact data in a document is kept for nothing, beside its state and with an index of its own, so that a search
/// for what is due costs by what is due. Absent where there is no such data.
/// </summary>
public static class MongoContacts
{
    /// <summary>The field: a BSON date.</summary>
    public const string Left = "contactLeft";

    /// <summary>The step of a service's schema that lets it find such documents.</summary>
    /// <param name="collection">Their collection.</param>
    /// <param name="have">Those that have such data now.</param>
    /// <param name="left">The time in their state.</param>
    public static MongoStep Step<TState>(
        string collection,
        FilterDefinition<NestedAggregate<TState>> have,
        Expression<Func<NestedAggregate<TState>, object?>> left
    ) => new("Contact data that ends", async (database, token) =>
        {
            var documents = database.GetCollection<NestedAggregate<TState>>(collection);
            var field = new ExpressionFieldDefinition<NestedAggregate<TState>>(left).Render(
                new RenderArgs<NestedAggregate<TState>>(documents.DocumentSerializer, BsonSerializer.SerializerRegistry)
            );
            // As a pipeline: what is set stands in the document.
            await documents.UpdateManyAsync(
                have,
                new PipelineUpdateDefinition<NestedAggregate<TState>>(
                    new[] { new BsonDocument("$set", new BsonDocument(Left, "$" + field.FieldName)) }
                ),
                cancellationToken: token
            );
            await CreateIndexAsync(documents, token);
        });

    /// <summary>Makes the index of a collection.</summary>
    public static Task CreateIndexAsync<TDocument>(IMongoCollection<TDocument> documents, CancellationToken cancellationToken) =>
        documents.Indexes.CreateOneAsync(
            new CreateIndexModel<TDocument>(
                Builders<TDocument>.IndexKeys.Ascending(Left),
                new CreateIndexOptions<TDocument>
                {
                    Name = "contact_left",
                    PartialFilterExpression = Builders<TDocument>.Filter.Exists(Left),
                }
            ),
            cancellationToken: cancellationToken
        );

    /// <summary>Says in a change of a document from when its contact data is kept for nothing; <c>null</c> for none.</summary>
    public static UpdateDefinition<TDocument> Set<TDocument>(UpdateDefinition<TDocument> change, DateTimeOffset? left) =>
        left is { } at ? change.Set(Left, at.UtcDateTime) : change.Unset(Left);

    /// <summary>Those whose contact data has been kept for nothing since before a time.</summary>
    public static FilterDefinition<TDocument> Due<TDocument>(DateTimeOffset before) =>
        Builders<TDocument>.Filter.Lt(Left, before.UtcDateTime);
}
