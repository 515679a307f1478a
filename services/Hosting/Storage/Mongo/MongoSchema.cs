using MongoDB.Driver;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// The schema of one service's database. Version and lock are one document: of several processes that start at once, one takes a step
/// and the others wait for it. One that outlasts its lease is joined by another, which is harmless, since a step can be done again.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="database">Its database.</param>
/// <param name="steps">The steps, the first to version 1.</param>
/// <param name="time">The clock of the lease, and of the wait for another process.</param>
public sealed class MongoSchema(string service, IMongoDatabase database, IReadOnlyList<MongoStep> steps, TimeProvider time) : ISchema
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);
    private static readonly FilterDefinitionBuilder<SchemaDocument> Where = Builders<SchemaDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<SchemaDocument> Do = Builders<SchemaDocument>.Update;

    private readonly IMongoCollection<SchemaDocument> versions = database.GetCollection<SchemaDocument>("schema");

    /// <inheritdoc/>
    public string Service => service;

    /// <inheritdoc/>
    public int Target => steps.Count;

    /// <inheritdoc/>
    public async Task<int> VersionAsync(CancellationToken cancellationToken) =>
        (await versions.Find(Where.Eq(d => d.Id, SchemaDocument.OnlyId)).FirstOrDefaultAsync(cancellationToken))?.Version ?? 0;

    /// <inheritdoc/>
    public Task UpgradeAsync(CancellationToken cancellationToken) =>
        MongoRefusals.ExplainAsync(database, () => TakeStepsAsync(cancellationToken));

    /// <summary>The version of a database; <c>null</c> where it has no collection. Nothing is made, changed or locked.</summary>
    internal async Task<int?> PeekAsync(CancellationToken cancellationToken)
    {
        using var names = await database.ListCollectionNamesAsync(cancellationToken: cancellationToken);
        return await names.AnyAsync(cancellationToken) ? await VersionAsync(cancellationToken) : null;
    }

    private async Task TakeStepsAsync(CancellationToken cancellationToken)
    {
        var owner = time.NewId();
        while (await VersionAsync(cancellationToken) is var version && version != Target)
        {
            if (version > Target)
                throw StoreView.Later($"database {database.DatabaseNamespace}", version, Target);
            if (await TryLockAsync(owner, version, cancellationToken))
            {
                await steps[version].ApplyAsync(database.WithoutLimit(), cancellationToken);
                await versions.UpdateOneAsync(
                    Where.Eq(d => d.Id, SchemaDocument.OnlyId) & Where.Eq(d => d.Owner, owner),
                    Do.Set(d => d.Version, version + 1).Unset(d => d.Owner).Unset(d => d.Until),
                    cancellationToken: cancellationToken
                );
            }
            else
            {
                await Task.Delay(Wait, time, cancellationToken);
            }
        }
    }

    private async Task<bool> TryLockAsync(string owner, int version, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // The version too: another process may have taken the step since it was read.
        var free =
            Where.Eq(d => d.Id, SchemaDocument.OnlyId)
            & (Where.Eq(d => d.Version, version) | Where.Exists(d => d.Version, false))
            & (Where.Exists(d => d.Until, false) | Where.Lt(d => d.Until, now));
        try
        {
            var locked = await versions.UpdateOneAsync(
                free,
                Do.Set(d => d.Owner, owner).Set(d => d.Until, now + Lease),
                new UpdateOptions { IsUpsert = version == 0 },
                cancellationToken
            );
            return locked.MatchedCount > 0 || locked.UpsertedId is not null;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Held: the insert of the upsert met the document that is there.
            return false;
        }
    }
}
