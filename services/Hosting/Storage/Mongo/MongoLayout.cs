using MongoDB.Bson;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>What steps of a schema do to the form of documents. Each may be done again.</summary>
public static class MongoLayout
{
    private const string State = "state";
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <summary>Makes <see cref="NestedAggregate{TState}"/>s of a collection <see cref="Aggregate{TState}"/>s, and drops the indexes of
    /// the fields that they had.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="renamed">Fields whose names mean something else at the top, by their paths before and after, both as they stand before
    /// the move.</param>
    public static async Task FlattenAsync(
        IMongoDatabase database,
        string collection,
        CancellationToken cancellationToken,
        params IReadOnlyList<(string From, string To)> renamed
    )
    {
        var documents = database.GetCollection<BsonDocument>(collection);
        var stages = new List<BsonDocument>();
        foreach (var (from, to) in renamed)
        {
            stages.Add(new("$set", new BsonDocument(to, "$" + from)));
            stages.Add(new("$unset", from));
        }

        // The later ones of the same name win: id and version are the document's.
        stages.Add(new("$replaceWith", new BsonDocument("$mergeObjects", new BsonArray { $"${State}.definition", "$" + State, "$$ROOT" })));
        stages.Add(new("$unset", new BsonArray { State, "definition" }));
        await documents.UpdateManyAsync(
            Where.Exists(State),
            new PipelineUpdateDefinition<BsonDocument>(stages),
            cancellationToken: cancellationToken
        );
        foreach (var index in await (await documents.Indexes.ListAsync(cancellationToken)).ToListAsync(cancellationToken))
        {
            if (index.ToJson().Contains($"\"{State}.", StringComparison.Ordinal))
                await documents.Indexes.DropOneAsync(index["name"].AsString, cancellationToken);
        }
    }

    /// <summary>Gives a collection another name, if it is there.</summary>
    public static async Task RenameAsync(IMongoDatabase database, string from, string to, CancellationToken cancellationToken)
    {
        using var names = await database.ListCollectionNamesAsync(cancellationToken: cancellationToken);
        if ((await names.ToListAsync(cancellationToken)).Contains(from, StringComparer.Ordinal))
            await database.RenameCollectionAsync(from, to, cancellationToken: cancellationToken);
    }

    /// <summary>Lets the server refuse documents that are not of a form; those that are not already may be changed all the same.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="collection">The collection, which is there.</param>
    /// <param name="schema">The form, in the JSON schema of MongoDB.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task ValidateAsync(IMongoDatabase database, string collection, string schema, CancellationToken cancellationToken) =>
        database.RunCommandAsync<BsonDocument>(
            new BsonDocument
            {
                ["collMod"] = collection,
                ["validator"] = new BsonDocument("$jsonSchema", BsonDocument.Parse(schema)),
                ["validationLevel"] = "moderate",
                ["validationAction"] = "error",
            },
            cancellationToken: cancellationToken
        );
}
