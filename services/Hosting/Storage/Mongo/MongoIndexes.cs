using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>What steps of a schema do to indexes.</summary>
public static class MongoIndexes
{
    /// <summary>Drops an index if it is there: a step that died in the middle is done again.</summary>
    /// <param name="indexes">Those of a collection.</param>
    /// <param name="name">The name of the index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task DropIfThereAsync<T>(this IMongoIndexManager<T> indexes, string name, CancellationToken cancellationToken)
    {
        var there = await (await indexes.ListAsync(cancellationToken)).ToListAsync(cancellationToken);
        if (there.Exists(i => i["name"] == name))
            await indexes.DropOneAsync(name, cancellationToken);
    }
}
