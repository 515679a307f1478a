using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

/// <summary>What can be said of the MongoDB stores without a server: how documents and filters look.</summary>
public sealed class MongoDocumentTests
{
    public MongoDocumentTests() => MongoConventions.Register();

    [Fact]
    public void A_queue_survives_its_document()
    {
        var change = Queue.Create("q", Sample.FullDefinition(), Sample.Now).Next.Announce("Closing", Sample.Now);

        var document = Aggregate<Queue>.New("q", 2, change.Next, null, change.Event).ToBsonDocument();
        var back = BsonSerializer.Deserialize<Aggregate<Queue>>(document);

        Assert.Equivalent(change.Next, back.State, strict: true);
        Assert.Equal("q", document["_id"]);
        Assert.Equal(2L, document["version"].AsInt64);
        Assert.Equal(change.Next.Definition.Name, document["name"].AsString);
        Assert.Equal("Closing", document["announcement"]["message"].AsString);
        Assert.False(document.Contains("deletedAt"));
    }

    [Fact]
    public async Task The_form_that_servers_ask_of_queues_and_branches_is_theirs()
    {
        var queue = Queue.Create("q", Sample.FullDefinition(), Sample.Now).Next;
        var document = Aggregate<Queue>.New("q", 1, queue, null).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(document, MongoQueuesSchema.QueueSchema));
        document["prefix"] = "LONG";
        Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoQueuesSchema.QueueSchema));

        var branch = Branch.CreateMain("UTC", Sample.Now).Next;
        var place = Aggregate<Branch>.New(branch.Id, 1, branch, null).ToBsonDocument();
        Assert.Equal(branch.Definition.Slug, place["slug"].AsString);
        Assert.Empty(await DocumentForm.FaultsAsync(place, MongoQueuesSchema.BranchSchema));
        place.Remove("timeZone");
        Assert.NotEmpty(await DocumentForm.FaultsAsync(place, MongoQueuesSchema.BranchSchema));
    }

    [Fact]
    public void A_ticket_survives_its_document_and_an_active_one_has_no_end()
    {
        var ticket = Sample.Ticket("t", status: TicketStatus.Called) with
        {
            Number = 42,
            CalledAt = Sample.Now,
            WaitMs = 5,
            Order = 9,
            Counter = "1",
        };

        var document = ticket.ToBsonDocument();

        Assert.Equivalent(ticket, BsonSerializer.Deserialize<LineTicket>(document), strict: true);
        Assert.False(document.Contains("closedAt"));
        Assert.Equal("Called", document["status"]);
        Assert.Equal(42, document["number"]);
        Assert.Equal(BsonType.DateTime, document["calledAt"].BsonType);
        Assert.Equal("t", document["_id"]);
    }

    [Fact]
    public void Filters_name_the_elements_documents_have()
    {
        Assert.Equal(
            """{ "queueId" : "q", "closedAt" : null }""",
            Render(Builders<LineTicket>.Filter.Eq(t => t.QueueId, "q") & Builders<LineTicket>.Filter.Eq(t => t.ClosedAt, null))
        );
        Assert.Equal(
            """{ "closedAt" : { "$gte" : { "$date" : "2026-03-02T09:00:00Z" } } }""",
            Render(Builders<LineTicket>.Filter.Gte(t => t.ClosedAt, Sample.Now))
        );
        Assert.Equal("""{ "deletedAt" : null }""", Render(Builders<Aggregate<Queue>>.Filter.Eq(q => q.State.DeletedAt, null)));
        Assert.Equal("""{ "isActive" : true }""", Render(Builders<Aggregate<Queue>>.Filter.Eq(q => q.State.Definition.IsActive, true)));
        Assert.Equal("""{ "prefix" : "A" }""", Render(Builders<Aggregate<Queue>>.Filter.Eq(q => q.State.Definition.Prefix, "A")));
        Assert.Equal("""{ "answer.key" : "x" }""", Render(Builders<Aggregate<Queue>>.Filter.Eq(q => q.Answer!.KeyHash, "x")));
    }

    [Fact]
    public void A_change_that_takes_a_prefix_and_a_deletion_name_its_key()
    {
        var change = Queue.Create("q", Sample.Definition(), Sample.Now).Next.Define(Sample.Definition(prefix: "B"), Sample.Now);
        var update = Aggregate<Queue>.Change(2, change.Next, change.Event);

        Assert.Equal("B", Rendered(update.Set(MongoQueueStore.PrefixKey, change.Takes))["$set"]["prefixKey"]);
        Assert.True(Rendered(update.Unset(MongoQueueStore.PrefixKey))["$unset"].AsBsonDocument.Contains("prefixKey"));

        static BsonDocument Rendered(UpdateDefinition<Aggregate<Queue>> update) =>
            update
                .Render(
                    new RenderArgs<Aggregate<Queue>>(BsonSerializer.LookupSerializer<Aggregate<Queue>>(), BsonSerializer.SerializerRegistry)
                )
                .AsBsonDocument;
    }

    private static string Render<T>(FilterDefinition<T> filter) =>
        filter.Render(new RenderArgs<T>(BsonSerializer.LookupSerializer<T>(), BsonSerializer.SerializerRegistry)).ToJson();
}
