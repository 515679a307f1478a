using MongoDB.Bson;
using MongoDB.Bson.IO;
using NJsonSchema;

namespace SmartQueue.Testing;

/// <summary>What a MongoDB server would say of a document, by the validator of its collection; asked of a library, without a
/// server.</summary>
public static class DocumentForm
{
    /// <summary>What of a document is not of a form; empty where all of it is.</summary>
    /// <param name="document">The document.</param>
    /// <param name="schema">The form, in the JSON schema of MongoDB.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(BsonDocument document, string schema)
    {
        var asked = await JsonSchema.FromJsonAsync(Standard(BsonDocument.Parse(schema)).ToJson());
        var json = document.ToJson(new JsonWriterSettings { OutputMode = JsonOutputMode.RelaxedExtendedJson });
        return [.. asked.Validate(json).Select(fault => fault.ToString())];
    }

    // Types of BSON as extended JSON writes them.
    private static BsonValue Standard(BsonValue value) =>
        value switch
        {
            BsonDocument schema => new BsonDocument(schema.SelectMany(Standard)),
            BsonArray some => new BsonArray(some.Select(Standard)),
            _ => value,
        };

    private static IEnumerable<BsonElement> Standard(BsonElement element)
    {
        if (element.Name != "bsonType")
            return [new(element.Name, Standard(element.Value))];
        var types = element.Value is BsonArray several ? several.Select(t => t.AsString).ToList() : [element.Value.AsString];
        return types is ["date"]
            ? [new("type", "object"), new("required", new BsonArray { "$date" })]
            : [new("type", new BsonArray(types.Select(Name).Distinct()))];
    }

    private static string Name(string bsonType) =>
        bsonType switch
        {
            "bool" => "boolean",
            "int" or "long" => "integer",
            _ => bsonType,
        };
}
