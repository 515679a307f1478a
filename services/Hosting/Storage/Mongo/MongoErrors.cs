using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>What a refused write says.</summary>
public static class MongoErrors
{
    /// <summary>Whether it would have put a key into a unique index that has it already.</summary>
    /// <param name="error">The refusal.</param>
    /// <param name="index">The index's name.</param>
    public static bool IsDuplicateIn(this MongoWriteException error, string index) =>
        error.WriteError?.Category == ServerErrorCategory.DuplicateKey
        && error.WriteError.Message.Contains(index, StringComparison.Ordinal);
}
