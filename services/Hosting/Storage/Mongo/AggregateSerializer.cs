using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>Writes the fields of an aggregate's state into the document itself, and lets expressions find them there.</summary>
/// <typeparam name="TState">The aggregate's state.</typeparam>
public sealed class AggregateSerializer<TState> : SerializerBase<Aggregate<TState>>, IBsonDocumentSerializer
{
    private const string IdField = "_id";
    private const string VersionField = "version";

    // Not before the first use, which is after the conventions were registered.
    private static readonly Lazy<IBsonSerializer<TState>> StateSerializer = new(FindStateSerializer);
    private static readonly Lazy<IBsonSerializer<Bookkeeping>> KeptSerializer = new(BsonSerializer.LookupSerializer<Bookkeeping>);
    private static readonly Lazy<IReadOnlyList<string>> Names = new(FindNames);

    /// <summary>The fields that a state may have, without id and version, which are the aggregate's.</summary>
    /// <exception cref="InvalidOperationException">One of them has a name that the document keeps something else under.</exception>
    internal static IReadOnlyList<string> FieldNames => Names.Value;

    /// <summary>The fields of a state, without id and version, which are the aggregate's.</summary>
    internal static BsonDocument FieldsOf(TState state)
    {
        var fields = new BsonDocument();
        using (var writer = new BsonDocumentWriter(fields))
            StateSerializer.Value.Serialize(BsonSerializationContext.CreateRoot(writer), state);
        fields.Remove(IdField);
        fields.Remove(VersionField);
        return fields;
    }

    /// <inheritdoc/>
    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, Aggregate<TState> value)
    {
        var kept = new Bookkeeping
        {
            Id = value.Id,
            Version = value.Version,
            Outbox = value.Outbox,
            PendingSince = value.PendingSince,
            Answer = value.Answer,
            Answers = value.Answers,
        }.ToBsonDocument();
        BsonDocumentSerializer.Instance.Serialize(
            context,
            new BsonDocument(IdField, kept[IdField]).AddRange(FieldsOf(value.State)).AddRange(kept.Elements.Where(e => e.Name != IdField))
        );
    }

    /// <inheritdoc/>
    public override Aggregate<TState> Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        // Each reads the whole document and leaves what is the other's.
        var start = context.Reader.GetBookmark();
        var kept = KeptSerializer.Value.Deserialize(context);
        context.Reader.ReturnToBookmark(start);
        return new()
        {
            Id = kept.Id,
            Version = kept.Version,
            State = StateSerializer.Value.Deserialize(context),
            Outbox = kept.Outbox,
            PendingSince = kept.PendingSince,
            Answer = kept.Answer,
            Answers = kept.Answers,
        };
    }

    /// <inheritdoc/>
    public bool TryGetMemberSerializationInfo(string memberName, out BsonSerializationInfo serializationInfo)
    {
        if (memberName != nameof(Aggregate<>.State))
            return ((IBsonDocumentSerializer)KeptSerializer.Value).TryGetMemberSerializationInfo(memberName, out serializationInfo);
        serializationInfo = BsonSerializationInfo.CreateWithPath([], StateSerializer.Value, typeof(TState));
        return true;
    }

    private static IBsonSerializer<TState> FindStateSerializer() =>
        BsonClassMap.LookupClassMap(typeof(TState)).GetMemberMap(DefinedStateSerializer.Definition) is { } definition
            ? (IBsonSerializer<TState>)
                Activator.CreateInstance(typeof(DefinedStateSerializer<,>).MakeGenericType(typeof(TState), definition.MemberType))!
            : BsonSerializer.LookupSerializer<TState>();

    private static IReadOnlyList<string> FindNames()
    {
        var state = BsonClassMap.LookupClassMap(typeof(TState));
        var maps = state.GetMemberMap(DefinedStateSerializer.Definition) is { } definition
            ? BsonClassMap
                .LookupClassMap(definition.MemberType)
                .AllMemberMaps.Concat(state.AllMemberMaps.Where(m => m.MemberName != definition.MemberName))
            : state.AllMemberMaps;
        var names = maps.Select(m => m.ElementName).Where(n => n is not (IdField or VersionField)).ToList();
        var taken = names.GroupBy(n => n).Where(n => n.Count() > 1).Select(n => n.Key);
        return
            taken
                .Concat(names.Intersect(BsonClassMap.LookupClassMap(typeof(Bookkeeping)).AllMemberMaps.Select(m => m.ElementName)))
                .FirstOrDefault()
                is { } twice
            ? throw new InvalidOperationException($"Two things of {typeof(TState)} would be kept as {twice}.")
            : names;
    }
}
