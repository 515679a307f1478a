using MongoDB.Driver;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>What to do about a server that answers and cannot be used.</summary>
internal static class MongoRefusals
{
    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;
    private const int IndexOptionsConflict = 85;
    private const int IndexKeySpecsConflict = 86;

    /// <summary>A sentence for whoever starts the process; <c>null</c> where there is nothing better to say than the exception
    /// does.</summary>
    public static string? Sentence(Exception exception, IMongoDatabase database) =>
        exception switch
        {
            _ when StorageFaults.IsAway(exception) => null,
            MongoAuthenticationException or MongoCommandException { Code: AuthenticationFailed } =>
                "MongoDB refuses the account or the password; mend MONGODB_URI, or MONGODB_USER and MONGODB_PASSWORD.",
            MongoCommandException { Code: Unauthorized } =>
                $"MongoDB does not let the account of MONGODB_URI use the database {database.DatabaseNamespace}; give it the role readWrite there, or name one that has it.",
            MongoIncompatibleDriverException => TooOld("MONGODB_URI"),
            MongoCommandException { Code: IndexOptionsConflict or IndexKeySpecsConflict } index =>
                $"The collection {database.DatabaseNamespace}.{CollectionOf(index)} has an index that somebody made by hand and that is in the way of one of SmartQueue's; drop it with dropIndex and start again: {index.Message}",
            _ => null,
        };

    /// <summary>Does something with a database.</summary>
    /// <exception cref="StartupException">The database refuses it, and somebody must mend that.</exception>
    public static async Task ExplainAsync(IMongoDatabase database, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (MongoException e) when (Sentence(e, database) is { } sentence)
        {
            throw new StartupException(sentence, e);
        }
    }

    /// <summary>The sentence for a server from before MongoDB 4.4.</summary>
    public static string TooOld(string server) => $"The MongoDB server of {server} is too old; SmartQueue needs MongoDB 4.4 or later.";

    private static string CollectionOf(MongoCommandException index) =>
        index.Command is { } command && command.TryGetValue("createIndexes", out var name) ? name.AsString : "?";
}
