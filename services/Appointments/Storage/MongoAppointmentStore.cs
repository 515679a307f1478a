using System.Text.Json.Nodes;
using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Appointments.Storage;

/// <summary>
/// Appointments, a document each with its own outbox. The place in its slot is a field of it that a unique index lets one have: who writes
/// it has the place in that same write, and a move gives the one before back in it.
/// </summary>
internal sealed class MongoAppointmentStore(IMongoDatabase database, MongoOutbox outbox) : IAppointmentStore
{
    public const string Appointments = "appointments";
    public const string PlaceIndex = "appointment_place";

    private const string Queues = "queues";
    private const int ForgottenAtOnce = 100;

    // The longest slot there is.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private static readonly FilterDefinitionBuilder<Aggregate<Appointment>> Where = Builders<Aggregate<Appointment>>.Filter;
    private static readonly SortDefinition<Aggregate<Appointment>> ByTime = Builders<Aggregate<Appointment>>
        .Sort.Ascending(a => a.State.Start)
        .Ascending(a => a.Id);

    private readonly IMongoCollection<Aggregate<Appointment>> appointments = database.GetCollection<Aggregate<Appointment>>(Appointments);
    private readonly IMongoCollection<BsonDocument> documents = database.GetCollection<BsonDocument>(Appointments);
    private readonly IMongoCollection<QueueCopyDocument> queues = database.GetCollection<QueueCopyDocument>(Queues);

    public async Task<bool> TakeAsync(
        SlotRequest request,
        long? expectedVersion,
        Func<int, (AppointmentChange Change, StoredResponse? Answer)> change,
        CancellationToken cancellationToken
    )
    {
        var taken = await TakenAsync(request.QueueId, request.Slot.Start, request.Slot.End, request.AppointmentId, cancellationToken);
        // In any order, so that those who ask at once are in each other's way less. What is given back meanwhile is the next one's.
        var free = request.FreeAmong(taken).ToArray();
        Random.Shared.Shuffle(free);
        foreach (var place in free)
        {
            var (decided, answer) = change(place);
            try
            {
                if (expectedVersion is { } version)
                    return await SaveAsync(decided, version, cancellationToken);
                await documents.InsertOneAsync(With(decided, answer), null, cancellationToken);
                outbox.Wake();
                return true;
            }
            catch (MongoWriteException e) when (e.IsDuplicateIn(PlaceIndex))
            {
                // Somebody was faster: the next place.
            }
            catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.MadeKeyIndex))
            {
                throw new DuplicateIdempotencyKeyException();
            }
        }

        throw SlotRequest.Taken();
    }

    public async Task<bool> SaveAsync(
        AppointmentChange change,
        long expectedVersion,
        CancellationToken cancellationToken,
        StoredResponse? answer = null
    )
    {
        try
        {
            var result = await appointments.UpdateOneAsync(
                Aggregate<Appointment>.At(change.Next.Id, expectedVersion, answer),
                MongoContacts.Set(
                    Aggregate<Appointment>.Change(change.Next.Version, change.Next, answer, Events(change)),
                    change.Next.ContactLeftAt()
                ),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 0)
                return false;
        }
        catch (MongoWriteException e) when (e.IsDuplicateIn(MongoAnswers.KeyIndex))
        {
            throw new DuplicateIdempotencyKeyException();
        }

        outbox.Wake();
        return true;
    }

    public async Task<Appointment?> FindAsync(string appointmentId, CancellationToken cancellationToken) =>
        (await appointments.Find(a => a.Id == appointmentId).FirstOrDefaultAsync(cancellationToken))?.State;

    public async Task<IReadOnlyList<Appointment>> ListAsync(AppointmentFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var where = Where.Eq(a => a.State.HeldUntil, null);
        if (filter.BranchIds is { } branches)
            where &= Where.In(a => a.State.BranchId, branches);
        if (filter.QueueId is { } queue)
            where &= Where.Eq(a => a.State.QueueId, queue);
        if (filter.Status is { } status)
            where &= Where.Eq(a => a.State.Status, status);
        if (filter.NotCancelled)
            where &= Where.Ne(a => a.State.Status, AppointmentStatus.Cancelled);
        if (filter.From is { } from)
            where &= Where.Gte(a => a.State.Start, from);
        if (filter.To is { } to)
            where &= Where.Lt(a => a.State.Start, to);
        return await FindAsync(where & Behind(ListPosition.Read(page.After)), page.Limit + 1, cancellationToken);
    }

    public Task<IReadOnlyList<TakenPlace>> TakenAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    ) => TakenAsync(queueId, from, to, except: "", cancellationToken);

    public async Task<int> CountHeldAsync(string queueId, string network, DateTimeOffset now, CancellationToken cancellationToken) =>
        (int)
            await appointments.CountDocumentsAsync(
                Where.Eq(a => a.State.QueueId, queueId)
                    & Where.Eq(a => a.State.Network, network)
                    & Where.Gt(a => a.State.Start, now)
                    & (Where.Eq(a => a.State.HeldUntil, null) | Where.Gt(a => a.State.HeldUntil, now)),
                cancellationToken: cancellationToken
            );

    public async Task<Appointment?> FindByCodeAsync(string codeHash, CancellationToken cancellationToken) =>
        (await FindAsync(Where.Eq(a => a.State.CodeHash, codeHash), 1, cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<Appointment>> BegunAsync(
        DateTimeOffset before,
        ListPosition? after,
        int most,
        CancellationToken cancellationToken
    ) =>
        FindAsync(
            Where.Eq(a => a.State.Status, AppointmentStatus.Booked) & Where.Lt(a => a.State.Start, before) & Behind(after),
            most,
            cancellationToken
        );

    public async Task<IReadOnlyList<Appointment>> ExpiredHoldsAsync(
        DateTimeOffset now,
        string? queueId,
        int most,
        CancellationToken cancellationToken
    )
    {
        var held = Where.Eq(a => a.State.Status, AppointmentStatus.Held) & Where.Lte(a => a.State.HeldUntil, now);
        if (queueId is not null)
            held &= Where.Eq(a => a.State.QueueId, queueId);
        var found = await appointments
            .Find(held)
            .Sort(Builders<Aggregate<Appointment>>.Sort.Ascending(a => a.State.HeldUntil).Ascending(a => a.Id))
            .Limit(most)
            .ToListAsync(cancellationToken);
        return [.. found.Select(a => a.State)];
    }

    public Task ForgetHoldsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        appointments.DeleteManyAsync(
            Where.Eq(a => a.State.Status, AppointmentStatus.Cancelled) & Where.Lt(a => a.State.HeldUntil, before),
            cancellationToken
        );

    public async Task<StoredResponse?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) =>
        (await appointments.Find(Aggregate<Appointment>.Answering(keyHash)).FirstOrDefaultAsync(cancellationToken))?.AnswerOf(keyHash);

    public async Task EraseUserAsync(string userId, CancellationToken cancellationToken) =>
        await AnonymizeAsync(Where.Eq(a => a.State.UserId, userId), int.MaxValue, cancellationToken);

    public async Task ForgetContactsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        while (await AnonymizeAsync(MongoContacts.Due<Aggregate<Appointment>>(before), ForgottenAtOnce, cancellationToken) > 0)
        {
            // There may be more.
        }
    }

    public async Task<QueueCopy?> FindQueueAsync(string queueId, CancellationToken cancellationToken) =>
        await queues.Find(q => q.QueueId == queueId).FirstOrDefaultAsync(cancellationToken) is { } kept
            ? new QueueCopy(kept.QueueId, kept.Version, kept.Definition)
            : null;

    public async Task SaveQueueAsync(QueueCopy queue, CancellationToken cancellationToken)
    {
        var document = new QueueCopyDocument
        {
            QueueId = queue.QueueId,
            Version = queue.Version,
            Definition = queue.Definition,
        };
        try
        {
            await queues.ReplaceOneAsync(
                q => q.QueueId == queue.QueueId && q.Version < queue.Version,
                document,
                new ReplaceOptions { IsUpsert = true },
                cancellationToken
            );
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // A version that is no earlier is kept already.
        }
    }

    private static FilterDefinition<Aggregate<Appointment>> Behind(ListPosition? after) =>
        after is null
            ? Where.Empty
            : Where.Gt(a => a.State.Start, after.Start) | (Where.Eq(a => a.State.Start, after.Start) & Where.Gt(a => a.Id, after.Id));

    private static BsonDocument With(AppointmentChange made, StoredResponse? answer)
    {
        var document = Aggregate<Appointment>.New(made.Next.Id, made.Next.Version, made.Next, answer, Events(made)).ToBsonDocument();
        if (made.Next.ContactLeftAt() is { } left)
            document.Add(MongoContacts.Left, left.UtcDateTime);
        return document;
    }

    private static IEnumerable<IEvent> Events(AppointmentChange change) => change.Event is { } told ? [told] : [];

    private static OutboxItem Anonymous(OutboxItem item)
    {
        var payload = JsonNode.Parse(item.Payload)!;
        foreach (var personal in (string[])["customerName", "phone", "email"])
            payload["appointment"]![personal] = null;
        return item with { Payload = payload.ToJsonString() };
    }

    private async Task<IReadOnlyList<Appointment>> FindAsync(
        FilterDefinition<Aggregate<Appointment>> where,
        int most,
        CancellationToken cancellationToken
    ) => [.. (await appointments.Find(where).Sort(ByTime).Limit(most).ToListAsync(cancellationToken)).Select(a => a.State)];

    private async Task<IReadOnlyList<TakenPlace>> TakenAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        string except,
        CancellationToken cancellationToken
    )
    {
        var taken = await appointments
            .Find(
                Where.Eq(a => a.State.QueueId, queueId)
                    & Where.Exists(a => a.State.Place)
                    & Where.Gt(a => a.State.Start, from - Longest)
                    & Where.Lt(a => a.State.Start, to)
                    & Where.Gt(a => a.State.End, from)
                    & Where.Ne(a => a.Id, except)
            )
            .Project(a => new
            {
                a.State.Start,
                a.State.End,
                a.State.Place,
                a.State.HeldUntil,
            })
            .ToListAsync(cancellationToken);
        return [.. taken.Select(t => new TakenPlace(t.Start, t.End, t.Place!.Value, t.HeldUntil))];
    }

    private async Task<int> AnonymizeAsync(FilterDefinition<Aggregate<Appointment>> which, int most, CancellationToken cancellationToken)
    {
        var ids = await appointments.Find(which).Limit(most).Project(a => a.Id).ToListAsync(cancellationToken);
        foreach (var id in ids)
            await AnonymizeAsync(id, cancellationToken);
        return ids.Count;
    }

    // What it says, what its events say that are to be published or were, and what the answers say that it keeps.
    private async Task AnonymizeAsync(string id, CancellationToken cancellationToken)
    {
        while (await appointments.Find(a => a.Id == id).FirstOrDefaultAsync(cancellationToken) is { } found)
        {
            // Same version and same number of events means the same events: changes raise the version, the relay only removes.
            var same = Aggregate<Appointment>.At(found.Id, found.Version);
            if (found.Outbox.Count > 0)
                same &= Where.Size(a => a.Outbox, found.Outbox.Count);
            var result = await appointments.UpdateOneAsync(
                same,
                MongoAnswers.Erase(
                    Aggregate<Appointment>
                        .Put(found.State.Anonymous())
                        .Set(a => a.Outbox, [.. found.Outbox.Select(Anonymous)])
                        .Unset("published")
                        .Unset(MongoContacts.Left),
                    found
                ),
                cancellationToken: cancellationToken
            );
            if (result.MatchedCount == 1)
                return;
        }
    }
}
