using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Notifications;

/// <summary>
/// Notifications in MongoDB. Erasing first notes the account and then removes; writing first writes and then looks at the note;
/// whatever the order, one of the two sees the other.
/// </summary>
internal sealed class MongoNotificationStore(IMongoDatabase database, MongoOutbox outbox) : INotificationStore, IStore
{
    /// <summary>The collection whose documents carry events.</summary>
    public const string NotificationsCollection = "notifications";

    private const string EventIndex = "event_channel";
    private readonly IMongoCollection<Aggregate<Notification>> notifications = database.GetCollection<Aggregate<Notification>>(NotificationsCollection);
    private readonly IMongoCollection<Aggregate<Preferences>> preferences = database.GetCollection<Aggregate<Preferences>>("preferences");
    private readonly IMongoCollection<BsonDocument> erased = database.GetCollection<BsonDocument>("erased_users");

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        var keys = Builders<Aggregate<Notification>>.IndexKeys;
        return notifications.Indexes.CreateManyAsync(
            [
                new CreateIndexModel<Aggregate<Notification>>(
                    keys.Ascending(n => n.State.EventId).Ascending(n => n.State.Type), new CreateIndexOptions { Name = EventIndex, Unique = true }),
                new CreateIndexModel<Aggregate<Notification>>(keys.Ascending(n => n.State.UserId).Ascending(n => n.Id), new CreateIndexOptions { Name = "user" }),
            ],
            cancellationToken);
    }

    public async Task<bool> AddAsync(Notification notification, CancellationToken cancellationToken)
    {
        // Looked at before, too, so that a late event is not announced first and removed then.
        if (notification.UserId is { } user && await IsErasedAsync(user, cancellationToken)) return false;
        try
        {
            await notifications.InsertOneAsync(
                Aggregate<Notification>.New(notification.Id, 1, notification, answer: null, notification.Announcement()), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey && e.Message.Contains(EventIndex, StringComparison.Ordinal))
        {
            return false;
        }

        if (notification.UserId is { } holder && await IsErasedAsync(holder, cancellationToken))
        {
            await notifications.DeleteOneAsync(n => n.Id == notification.Id, cancellationToken);
            return false;
        }

        outbox.Wake();
        return true;
    }

    public async Task<IReadOnlyList<Notification>> ListAsync(NotificationFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<Notification>>.Filter;
        var condition = where.Empty;
        if (filter.UserId is { } user) condition &= where.Eq(n => n.State.UserId, user);
        if (filter.Type is { } type) condition &= where.Eq(n => n.State.Type, type);
        if (filter.Status is { } status) condition &= where.Eq(n => n.State.Status, status);
        if (after is not null) condition &= where.Lt(n => n.Id, after);
        var found = await notifications.Find(condition).SortByDescending(n => n.Id).Limit(limit).ToListAsync(cancellationToken);
        return [.. found.Select(n => n.State)];
    }

    public async Task<Preferences?> FindPreferencesAsync(string userId, CancellationToken cancellationToken) =>
        (await preferences.Find(p => p.Id == userId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task SavePreferencesAsync(string userId, Preferences preferences, CancellationToken cancellationToken)
    {
        await this.preferences.ReplaceOneAsync(
            p => p.Id == userId,
            Aggregate<Preferences>.New(userId, 1, preferences, answer: null),
            new ReplaceOptions { IsUpsert = true },
            cancellationToken);
        if (!await IsErasedAsync(userId, cancellationToken)) return;
        await this.preferences.DeleteOneAsync(p => p.Id == userId, cancellationToken);
        throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
    }

    public async Task EraseUserAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            await erased.InsertOneAsync(new BsonDocument("_id", userId), cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Noted before; the rest may still be to do.
        }

        await notifications.DeleteManyAsync(n => n.State.UserId == userId, cancellationToken);
        await preferences.DeleteOneAsync(p => p.Id == userId, cancellationToken);
    }

    private async Task<bool> IsErasedAsync(string userId, CancellationToken cancellationToken) =>
        await erased.Find(Builders<BsonDocument>.Filter.Eq("_id", userId)).AnyAsync(cancellationToken);
}
