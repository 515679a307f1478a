using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>
/// A document that carries its own events: state, version and outbox change in one guarded update, so there is no second write to lose.
/// The fields of the state are the document's own, at the top; after them comes what it keeps beside it (<see cref="Bookkeeping"/>).
/// </summary>
/// <typeparam name="TState">The aggregate's state. A member of it named <c>Definition</c> has its fields at the top as well.</typeparam>
[BsonSerializer(typeof(AggregateSerializer<>))]
public sealed class Aggregate<TState>
{
    private static readonly UpdateDefinitionBuilder<Aggregate<TState>> Do = Builders<Aggregate<TState>>.Update;

    /// <summary>The aggregate's id, such as a ticket's, which is the document's too.</summary>
    public required string Id { get; init; }

    /// <summary>Its version; every change is guarded by it.</summary>
    public required long Version { get; init; }

    /// <summary>What it is at that version, without its events and answers.</summary>
    public required TState State { get; init; }

    /// <summary>Events not yet published, in order.</summary>
    public List<OutboxItem> Outbox { get; init; } = [];

    /// <summary>When the first of those happened, UTC; <c>null</c> while there is none. The relay finds the document by it.</summary>
    public DateTime? PendingSince { get; init; }

    /// <summary>The answer to the request that made it.</summary>
    public AnswerItem? Answer { get; init; }

    /// <summary>The answers to the requests that changed it. A second one under a key finds no document to change, see <see cref="At"/>, or
    /// breaks the unique index on <c>answers.key</c>.</summary>
    public List<AnswerItem>? Answers { get; init; }

    /// <summary>A new document, to be inserted.</summary>
    public static Aggregate<TState> New(string id, long version, TState state, StoredResponse? answer, params IEnumerable<IEvent> events)
    {
        List<OutboxItem> outbox = [.. events.Select(OutboxItem.Of)];
        return new()
        {
            Id = id,
            Version = version,
            State = state,
            Outbox = outbox,
            PendingSince = outbox.Count > 0 ? outbox[0].OccurredAt : null,
            Answer = answer is null ? null : AnswerItem.Of(answer),
        };
    }

    /// <summary>Matches the document at exactly this version.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="answer">The answer to be kept in it, which must not be there yet: a unique index allows the same key twice in one
    /// document.</param>
    public static FilterDefinition<Aggregate<TState>> At(string id, long version, StoredResponse? answer = null)
    {
        var at = Builders<Aggregate<TState>>.Filter.Where(a => a.Id == id && a.Version == version);
        return answer is null ? at : at & Builders<Aggregate<TState>>.Filter.Ne("answers.key", answer.KeyHash);
    }

    /// <summary>Matches the document that keeps the answer of a key.</summary>
    public static FilterDefinition<Aggregate<TState>> Answering(string keyHash) =>
        Builders<Aggregate<TState>>.Filter.Eq(a => a.Answer!.KeyHash, keyHash)
        | Builders<Aggregate<TState>>.Filter.Eq("answers.key", keyHash);

    /// <summary>Sets the state and the next version and adds the events, in one update.</summary>
    public static UpdateDefinition<Aggregate<TState>> Change(long version, TState state, params IEnumerable<IEvent> events)
    {
        List<OutboxItem> added = [.. events.Select(OutboxItem.Of)];
        var change = Put(state).Set(a => a.Version, version);
        // Since it was pending already, where it was.
        return added.Count == 0 ? change : change.PushEach(a => a.Outbox, added).Min(a => a.PendingSince, added[0].OccurredAt);
    }

    /// <summary>The same, keeping the answer to the request in the same update.</summary>
    public static UpdateDefinition<Aggregate<TState>> Change(
        long version,
        TState state,
        StoredResponse? answer,
        params IEnumerable<IEvent> events
    )
    {
        var change = Change(version, state, events);
        return answer is null ? change : change.Push(a => a.Answers, AnswerItem.Of(answer));
    }

    /// <summary>Sets the state alone: the fields that it has, and no others.</summary>
    public static UpdateDefinition<Aggregate<TState>> Put(TState state)
    {
        var fields = AggregateSerializer<TState>.FieldsOf(state);
        var update = new BsonDocument("$set", fields);
        var absent = AggregateSerializer<TState>.FieldNames.Where(name => !fields.Contains(name)).ToList();
        if (absent.Count > 0)
            update.Add("$unset", new BsonDocument(absent.Select(name => new BsonElement(name, ""))));
        return Do.Combine(update);
    }

    /// <summary>The answer it keeps under a key.</summary>
    public StoredResponse? AnswerOf(string keyHash) =>
        (Answer is { } made && made.KeyHash == keyHash ? made : Answers?.Find(a => a.KeyHash == keyHash))?.Stored();
}
