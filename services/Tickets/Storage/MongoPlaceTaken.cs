using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;

namespace SmartQueue.Tickets.Storage;

/// <summary>What is to be known of a line right after somebody took a place in it.</summary>
[BsonIgnoreExtraElements]
internal sealed class MongoPlaceTaken
{
    /// <summary>Gives the number of places instead of the places, which may be many.</summary>
    public static ProjectionDefinition<MongoLine, MongoPlaceTaken> Projection { get; } =
        new BsonDocument
        {
            ["number"] = 1,
            ["lastArrival"] = 1,
            ["load"] = new BsonDocument("$size", "$places"),
        };

    /// <summary>The last number given.</summary>
    public int Number { get; init; }

    /// <summary>The moment of the last arrival, milliseconds since 1970.</summary>
    public long LastArrival { get; init; }

    /// <summary>How many places there are, with the one just taken.</summary>
    public int Load { get; init; }
}
