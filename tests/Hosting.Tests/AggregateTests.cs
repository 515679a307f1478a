using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Hosting.Tests;

/// <summary>How aggregates look in MongoDB; needs no server.</summary>
public sealed class AggregateTests
{
    private static readonly Defined State = new() { Definition = new Definition("d", "Passports", Note: null, 3), Seen = 7 };

    public AggregateTests() => MongoConventions.Register();

    [Fact]
    public void The_fields_of_a_state_and_of_its_definition_are_at_the_top_before_what_is_kept_beside_them()
    {
        var document = Aggregate<Defined>.New("d", 3, State, answer: null).ToBsonDocument();
        Assert.Equal("""{ "_id" : "d", "name" : "Passports", "seen" : 7, "version" : 3, "outbox" : [] }""", document.ToString());
        var back = BsonSerializer.Deserialize<Aggregate<Defined>>(document);
        Assert.Equal((State, 3L), (back.State, back.Version));
    }

    [Fact]
    public void Expressions_find_the_fields_where_they_are()
    {
        var documents = new MongoClient("mongodb://127.0.0.1:1/").GetDatabase("x").GetCollection<Aggregate<Defined>>("y");
        var asked = documents
            .Find(a => a.State.Definition.Name == "Passports" && a.Version > 2)
            .SortBy(a => a.State.Seen)
            .Project(a => new { a.Id, a.State.Definition.Note });
        Assert.Equal(
            """find({ "name" : "Passports", "version" : { "$gt" : 2 } }, { "_id" : 1, "Note" : "$note" }).sort({ "seen" : 1 })""",
            asked.ToString()
        );
        Assert.Equal("""{ "$set" : { "seen" : 8 } }""", Render(Builders<Aggregate<Defined>>.Update.Set(a => a.State.Seen, 8)));
    }

    [Fact]
    public void A_change_sets_the_fields_there_are_and_takes_away_those_there_are_not() =>
        Assert.Equal(
            """{ "$set" : { "name" : "Passports", "seen" : 7, "version" : 4 }, "$unset" : { "note" : "" } }""",
            Render(Aggregate<Defined>.Change(4, State))
        );

    [Fact]
    public void A_state_with_a_field_of_a_name_that_is_taken_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Aggregate<Posing>.Put(new Posing("x")));
        Assert.EndsWith("would be kept as outbox.", refused.Message, StringComparison.Ordinal);
    }

    private static string Render(UpdateDefinition<Aggregate<Defined>> update) =>
        update.Render(new(BsonSerializer.LookupSerializer<Aggregate<Defined>>(), BsonSerializer.SerializerRegistry)).ToString()!;

    private sealed record Definition(string Id, string Name, string? Note, long Version);

    private sealed record Defined
    {
        public required Definition Definition { get; init; }

        public int Seen { get; init; }
    }

    private sealed record Posing(string Outbox);
}
