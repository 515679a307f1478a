using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace SmartQueue.Hosting.Storage.Mongo;

/// <summary>See <see cref="DefinedStateSerializer{TState, TDefinition}"/>.</summary>
internal static class DefinedStateSerializer
{
    /// <summary>The member whose fields are the state's.</summary>
    public const string Definition = "Definition";
}

/// <summary>Writes a state that holds its definition, as a queue does, with the fields of the definition beside its others.</summary>
/// <typeparam name="TState">The state.</typeparam>
/// <typeparam name="TDefinition">Its definition.</typeparam>
internal sealed class DefinedStateSerializer<TState, TDefinition> : SerializerBase<TState>, IBsonDocumentSerializer
{
    private readonly IBsonSerializer<TDefinition> definitions = BsonSerializer.LookupSerializer<TDefinition>();
    private readonly IBsonSerializer<TState> states = BsonSerializer.LookupSerializer<TState>();
    private readonly BsonMemberMap definition = BsonClassMap.LookupClassMap(typeof(TState)).GetMemberMap(DefinedStateSerializer.Definition);

    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, TState value)
    {
        var document = new BsonDocument();
        using (var writer = new BsonDocumentWriter(document))
            states.Serialize(BsonSerializationContext.CreateRoot(writer), value);
        var fields = document[definition.ElementName].AsBsonDocument;
        document.Remove(definition.ElementName);
        BsonDocumentSerializer.Instance.Serialize(context, new BsonDocument(fields).Merge(document));
    }

    public override TState Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        // Each reads the whole document and leaves what is the other's.
        var start = context.Reader.GetBookmark();
        var defined = definitions.Deserialize(context);
        context.Reader.ReturnToBookmark(start);
        var state = states.Deserialize(context);
        definition.Setter(state, defined);
        return state;
    }

    public bool TryGetMemberSerializationInfo(string memberName, out BsonSerializationInfo serializationInfo)
    {
        if (memberName != definition.MemberName)
            return ((IBsonDocumentSerializer)states).TryGetMemberSerializationInfo(memberName, out serializationInfo);
        serializationInfo = BsonSerializationInfo.CreateWithPath([], definitions, typeof(TDefinition));
        return true;
    }
}
