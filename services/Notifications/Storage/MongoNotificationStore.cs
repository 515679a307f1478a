using System.Text.Json.Nodes;
using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Storage;

/// <summary>
/// Notifications in MongoDB. Erasing first notes the account and then removes; writing first writes and then looks at the note;
/// whatever the order, one of the two sees the other.
/// </summary>
internal sealed class MongoNotificationStore(IMongoDatabase database, MongoOutbox outbox) : INotificationStore
{
    /// <summary>The collection whose documents carry events.</summary>
    public const string NotificationsCollection = "notifications";

    /// <summary>The collection of Web Push subscriptions.</summary>
    public const string SubscriptionsCollection = "push_subscriptions";

    /// <summary>The collection of appointments that people are told of.</summary>
    public const string AppointmentsCollection = "appointments";

    /// <summary>The collection of what addresses got of late.</summary>
    public const string AdmittedCollection = "admitted";

    /// <summary>The collection of answers to requests that subscribed.</summary>
    public const string AnswersCollection = "answers";

    /// <summary>The index that holds one notification an event and channel.</summary>
    public const string EventIndex = "event_channel";

    static MongoNotificationStore() => MongoNotificationDocuments.Name();

    private const int TimeOfId = 13;
    private const int ForgottenAtOnce = 200;
    private static readonly TimeSpan AddressWindow = TimeSpan.FromMinutes(1);
    private readonly IMongoCollection<Aggregate<Notification>> notifications = database.GetCollection<Aggregate<Notification>>(
        NotificationsCollection
    );
    private readonly IMongoCollection<BsonDocument> documents = database.GetCollection<BsonDocument>(NotificationsCollection);
    private readonly IMongoCollection<Aggregate<Preferences>> preferences = database.GetCollection<Aggregate<Preferences>>("preferences");
    private readonly IMongoCollection<Aggregate<Contact>> contacts = database.GetCollection<Aggregate<Contact>>("contacts");
    private readonly IMongoCollection<Aggregate<PushSubscription>> subscriptions = database.GetCollection<Aggregate<PushSubscription>>(
        SubscriptionsCollection
    );
    private readonly IMongoCollection<Aggregate<FollowedAppointment>> appointments = database.GetCollection<Aggregate<FollowedAppointment>>(
        AppointmentsCollection
    );
    private readonly IMongoCollection<MongoAddressCount> admitted = database.GetCollection<MongoAddressCount>(AdmittedCollection);
    private readonly IMongoCollection<AnswerItem> answers = database.GetCollection<AnswerItem>(AnswersCollection);
    private readonly IMongoCollection<BsonDocument> erased = database.GetCollection<BsonDocument>("erased_users");

    public async Task<bool> AddAsync(Notification notification, StoredResponse? answer, CancellationToken cancellationToken)
    {
        // Looked at before, too, so that a late event is not announced first and removed then.
        if (notification.UserId is { } user && await IsErasedAsync(user, cancellationToken))
            return false;
        try
        {
            var made = Aggregate<Notification>
                .New(notification.Id, notification.Version, notification, answer, notification.Announcement())
                .ToBsonDocument();
            if (notification.ContactLeftAt() is { } left)
                made[MongoContacts.Left] = left.UtcDateTime;
            await documents.InsertOneAsync(made, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(EventIndex))
        {
            return false;
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        if (notification.UserId is { } holder && await IsErasedAsync(holder, cancellationToken))
        {
            await notifications.DeleteOneAsync(n => n.Id == notification.Id, cancellationToken);
            return false;
        }

        outbox.Wake();
        return true;
    }

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await notifications.Find(Aggregate<Notification>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash)
        ?? (await answers.Find(a => a.KeyHash == keyHash).FirstOrDefaultAsync(cancellationToken))?.Stored();

    public async Task<Notification?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await notifications.Find(n => n.Id == id).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<bool> SaveAsync(Notification next, StoredResponse? answer, CancellationToken cancellationToken)
    {
        try
        {
            var changed = await notifications.UpdateOneAsync(
                Aggregate<Notification>.At(next.Id, next.Version - 1, answer),
                MongoContacts.Set(Aggregate<Notification>.Change(next.Version, next, answer), next.ContactLeftAt()),
                cancellationToken: cancellationToken
            );
            if (changed.MatchedCount == 1)
                return true;
            if (answer is not null && await FindAnswerAsync(answer.KeyHash, cancellationToken) is not null)
                throw new DuplicateIdempotencyKeyException();
            return false;
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }
    }

    public async Task<IReadOnlyList<Notification>> DueAsync(
        string channel,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var found = await notifications
            .Find(n => n.State.Status == DeliveryStatus.Pending && n.State.Type == channel && n.State.NextAttemptAt <= now)
            .SortBy(n => n.State.NextAttemptAt)
            .ThenBy(n => n.Id)
            .Limit(limit)
            .ToListAsync(cancellationToken);
        return [.. found.Select(n => n.State)];
    }

    public async Task<bool> AdmitAsync(string address, string message, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var past = (now - AddressWindow).UtcDateTime;
        await admitted.UpdateOneAsync(
            a => a.Address == address,
            Builders<MongoAddressCount>.Update.PullFilter(a => a.Messages, m => m.At <= past),
            cancellationToken: cancellationToken
        );
        var room = Builders<MongoAddressCount>.Filter;
        var count = Builders<MongoAddressCount>
            .Update.Push(a => a.Messages, new MongoAdmittedMessage { Key = message, At = now.UtcDateTime })
            .Set(a => a.ForgottenAt, (now + AddressWindow).UtcDateTime);
        try
        {
            await admitted.UpdateOneAsync(
                room.Eq(a => a.Address, address)
                    & room.Not(room.ElemMatch(a => a.Messages, m => m.Key == message))
                    & room.SizeLt(a => a.Messages, most),
                count,
                new UpdateOptions { IsUpsert = true },
                cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // The address is there, and has no room or has this message already.
            return await admitted
                .Find(room.Eq(a => a.Address, address) & room.ElemMatch(a => a.Messages, m => m.Key == message))
                .AnyAsync(cancellationToken);
        }
    }

    public async Task<IReadOnlyList<PendingDepth>> MeasureAsync(CancellationToken cancellationToken)
    {
        var found = await Depths(notifications).ToListAsync(cancellationToken);
        return [.. found.Select(g => new PendingDepth(g.Channel, g.Pending, g.Oldest!.Value))];
    }

    /// <summary>What is pending, by channel.</summary>
    internal static IAggregateFluent<Depth> Depths(IMongoCollection<Aggregate<Notification>> notifications) =>
        notifications
            .Aggregate()
            .Match(n => n.State.Status == DeliveryStatus.Pending)
            .Group(
                n => n.State.Type,
                g => new Depth
                {
                    Channel = g.Key,
                    Pending = g.LongCount(),
                    Oldest = g.Min(n => n.State.PendingSince),
                }
            )
            .SortBy(g => g.Channel);

    /// <summary>A row of <see cref="Depths"/>.</summary>
    internal sealed class Depth
    {
        public required string Channel { get; init; }

        public required long Pending { get; init; }

        public required DateTimeOffset? Oldest { get; init; }
    }

    public async Task<IReadOnlyList<Notification>> ListAsync(
        NotificationFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var where = Builders<Aggregate<Notification>>.Filter;
        var condition = where.Empty;
        if (filter.UserId is { } user)
            condition &= where.Eq(n => n.State.UserId, user);
        if (filter.Type is { } type)
            condition &= where.Eq(n => n.State.Type, type);
        if (filter.Status is { } status)
            condition &= where.Eq(n => n.State.Status, status);
        if (filter.BranchId is { } branch)
            condition &= where.Eq(n => n.State.BranchId, branch);
        if (filter.Reader is { } reader)
            condition &= where.In(n => n.State.BranchId, reader.BranchIds) | where.Eq(n => n.State.UserId, reader.UserId);
        if (after is not null)
            condition &= where.Lt(n => n.Id, after);
        var found = await notifications.Find(condition).SortByDescending(n => n.Id).Limit(limit).ToListAsync(cancellationToken);
        return [.. found.Select(n => n.State)];
    }

    // Ids carry their time in front (RFC 9562).
    public async Task<IReadOnlyList<Notification>> JoinedSinceAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<Notification>>.Filter;
        var found = await notifications
            .Find(
                where.Gte(n => n.Id, Guid.CreateVersion7(time).ToString()[..TimeOfId])
                    & where.Eq(n => n.State.Type, Channels.InApp)
                    & where.Eq(n => n.State.Template, TemplateNames.Joined)
            )
            .ToListAsync(cancellationToken);
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
            cancellationToken
        );
        if (!await IsErasedAsync(userId, cancellationToken))
            return;
        await this.preferences.DeleteOneAsync(p => p.Id == userId, cancellationToken);
        throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
    }

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        while (
            await notifications
                .Find(MongoContacts.Due<Aggregate<Notification>>(before))
                .Limit(ForgottenAtOnce)
                .ToListAsync(cancellationToken)
                is { Count: > 0 } some
        )
        {
            foreach (var found in some)
                // One that was put back meanwhile is found again when it has been sent. Same version and same number of events means the
                // same events: the relay only removes.
                await notifications.UpdateOneAsync(
                    Aggregate<Notification>.At(found.Id, found.Version)
                        & Builders<Aggregate<Notification>>.Filter.Size(n => n.Outbox, found.Outbox.Count),
                    MongoAnswers.Erase(
                        Aggregate<Notification>
                            .Put(found.State.Anonymous())
                            .Set(n => n.Outbox, [.. found.Outbox.Select(Silent)])
                            .Unset("published")
                            .Unset(MongoContacts.Left),
                        found
                    ),
                    cancellationToken: cancellationToken
                );
        }

        await ForgetBrowsersOfTicketsAsync(before, cancellationToken);
        await appointments.DeleteManyAsync(a => a.State.Appointment.End < before, cancellationToken);
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
        await contacts.DeleteOneAsync(c => c.Id == userId, cancellationToken);
        await subscriptions.DeleteManyAsync(s => s.State.UserId == userId, cancellationToken);
        await appointments.DeleteManyAsync(a => a.State.Appointment.UserId == userId, cancellationToken);
    }

    public async Task<Contact?> FindContactAsync(string userId, CancellationToken cancellationToken) =>
        (await contacts.Find(c => c.Id == userId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task SaveContactAsync(Contact contact, CancellationToken cancellationToken)
    {
        try
        {
            await contacts.ReplaceOneAsync(
                c => c.Id == contact.UserId && c.Version < contact.Version,
                Aggregate<Contact>.New(contact.UserId, contact.Version, contact, answer: null),
                new ReplaceOptions { IsUpsert = true },
                cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // This version or a later one is there; the upsert found none older and its insert met it.
        }

        if (await IsErasedAsync(contact.UserId, cancellationToken))
            await contacts.DeleteOneAsync(c => c.Id == contact.UserId, cancellationToken);
    }

    public async Task SaveSubscriptionAsync(PushSubscription subscription, StoredResponse? answer, CancellationToken cancellationToken)
    {
        await subscriptions.ReplaceOneAsync(
            s => s.Id == subscription.Id,
            Aggregate<PushSubscription>.New(subscription.Id, 1, subscription, answer: null),
            new ReplaceOptions { IsUpsert = true },
            cancellationToken
        );
        if (subscription.UserId is { } user && await IsErasedAsync(user, cancellationToken))
        {
            await RemoveSubscriptionAsync(subscription.Id, cancellationToken);
            throw new RefusedException(ErrorCodes.UserNotFound, "This account is gone.");
        }

        var all = await SubscriptionsAsync(subscription.UserId, subscription.TicketId, cancellationToken);
        var tooMany = all.Skip(PushSubscription.MaxPerOwner).Select(s => s.Id).ToList();
        if (tooMany.Count > 0)
            await subscriptions.DeleteManyAsync(Builders<Aggregate<PushSubscription>>.Filter.In(s => s.Id, tooMany), cancellationToken);
        await ForgetBrowsersOfTicketsAsync(subscription.CreatedAt - PushSubscription.KeptForTicket, cancellationToken);
        if (answer is null)
            return;
        // Last, and not in the subscription, which may be gone by the time of a repeat. Cut off before, a repeat does the same once more.
        await MongoAnswers.KeepAsync(answers, answer, cancellationToken);
    }

    // Worded as the index of them is, which holds no others.
    private Task ForgetBrowsersOfTicketsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var where = Builders<Aggregate<PushSubscription>>.Filter;
        return subscriptions.DeleteManyAsync(
            where.Exists(s => s.State.TicketId) & where.Lt(s => s.State.CreatedAt, before),
            cancellationToken
        );
    }

    public async Task<IReadOnlyList<PushSubscription>> SubscriptionsAsync(
        string? userId,
        string? ticketId,
        CancellationToken cancellationToken
    )
    {
        // An absent field equals null, so each part is asked for only where there is something to ask.
        var where = Builders<Aggregate<PushSubscription>>.Filter;
        var owners = new List<FilterDefinition<Aggregate<PushSubscription>>>();
        if (userId is not null)
            owners.Add(where.Eq(s => s.State.UserId, userId));
        if (ticketId is not null)
            owners.Add(where.Eq(s => s.State.TicketId, ticketId));
        if (owners.Count == 0)
            return [];
        var found = await subscriptions
            .Find(where.Or(owners))
            .SortByDescending(s => s.State.CreatedAt)
            .ThenBy(s => s.Id)
            .ToListAsync(cancellationToken);
        return [.. found.Select(s => s.State)];
    }

    public Task RemoveSubscriptionAsync(string id, CancellationToken cancellationToken) =>
        subscriptions.DeleteOneAsync(s => s.Id == id, cancellationToken);

    public async Task<FollowedAppointment?> FindAppointmentAsync(string id, CancellationToken cancellationToken) =>
        (await appointments.Find(a => a.Id == id).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<bool> SaveAppointmentAsync(FollowedAppointment next, CancellationToken cancellationToken)
    {
        if (!await PutAsync(next, cancellationToken))
            return false;
        if (next.Appointment.UserId is { } user && await IsErasedAsync(user, cancellationToken))
            await appointments.DeleteOneAsync(a => a.Id == next.Id, cancellationToken);
        return true;
    }

    public async Task<IReadOnlyList<FollowedAppointment>> AppointmentsToRemindAsync(
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // Worded as the index of them is, which holds no others.
        var where = Builders<Aggregate<FollowedAppointment>>.Filter;
        var found = await appointments
            .Find(where.Exists(a => a.State.RemindAt) & where.Lte(a => a.State.RemindAt, now))
            .SortBy(a => a.State.RemindAt)
            .ThenBy(a => a.Id)
            .Limit(limit)
            .ToListAsync(cancellationToken);
        return [.. found.Select(a => a.State)];
    }

    private async Task<bool> PutAsync(FollowedAppointment next, CancellationToken cancellationToken)
    {
        if (next.Version > 1)
            return (
                    await appointments.UpdateOneAsync(
                        Aggregate<FollowedAppointment>.At(next.Id, next.Version - 1),
                        Aggregate<FollowedAppointment>.Change(next.Version, next),
                        cancellationToken: cancellationToken
                    )
                ).MatchedCount == 1;
        try
        {
            await appointments.InsertOneAsync(
                Aggregate<FollowedAppointment>.New(next.Id, next.Version, next, answer: null),
                cancellationToken: cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    // The event that announces a notification repeats what it says.
    private static OutboxItem Silent(OutboxItem item)
    {
        var payload = JsonNode.Parse(item.Payload)!;
        payload["subject"] = "";
        payload["message"] = "";
        return item with { Payload = payload.ToJsonString() };
    }

    private async Task<bool> IsErasedAsync(string userId, CancellationToken cancellationToken) =>
        await erased.Find(Builders<BsonDocument>.Filter.Eq("_id", userId)).AnyAsync(cancellationToken);
}
