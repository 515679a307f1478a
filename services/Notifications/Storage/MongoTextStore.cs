using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>Texts in MongoDB, found by their ids.</summary>
internal sealed class MongoTextStore(IMongoDatabase database) : ITextStore
{
    private readonly IMongoCollection<Aggregate<OwnText>> texts = database.GetCollection<Aggregate<OwnText>>("texts");

    public async Task<IReadOnlyList<OwnText>> FindTextsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        [.. (await texts.Find(Builders<Aggregate<OwnText>>.Filter.In(t => t.Id, ids)).ToListAsync(cancellationToken)).Select(t => t.State)];

    public Task SaveTextAsync(OwnText text, CancellationToken cancellationToken) =>
        texts.ReplaceOneAsync(
            t => t.Id == text.Id,
            Aggregate<OwnText>.New(text.Id, 1, text, answer: null),
            new ReplaceOptions { IsUpsert = true },
            cancellationToken
        );

    public Task DropTextAsync(string id, CancellationToken cancellationToken) => texts.DeleteOneAsync(t => t.Id == id, cancellationToken);
}
