using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Tests;

/// <summary>What can be known of the MongoDB documents without a server.</summary>
public sealed class BsonTests
{
    public BsonTests() => MongoConventions.Register();

    [Fact]
    public async Task The_form_that_servers_ask_of_tickets_is_that_of_tickets()
    {
        var ticket = Some.Waiting().Call(Some.Desk("1"), Some.Noon, "op").Next;
        var document = Aggregate<Ticket>.New(ticket.Id, ticket.Version, ticket, null).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(document, MongoTicketsSchema.TicketSchema));

        document["status"] = "Elsewhere";
        Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoTicketsSchema.TicketSchema));
        document["status"] = "Called";
        document.Remove("queueId");
        Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoTicketsSchema.TicketSchema));

        var counter = Some.Desk("1");
        var desk = Counter
            .Create(counter.Id, new CounterDefinition(Branches.Main, "1", [new QueueRank("q1", 1)], CounterRule.Oldest), Some.Noon, "op")
            .Next;
        var asDocument = Aggregate<Counter>.New(desk.Id, desk.Version, desk, null).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(asDocument, MongoTicketsSchema.CounterSchema));
        asDocument["rule"] = "Best";
        Assert.NotEmpty(await DocumentForm.FaultsAsync(asDocument, MongoTicketsSchema.CounterSchema));
    }

    [Fact]
    public void A_ticket_comes_back_from_its_document_as_it_was()
    {
        var change = Some.In(TicketStatus.Called).Start(null, Some.Noon.AddMilliseconds(123), "op");
        var document = Aggregate<Ticket>.New(change.Next.Id, change.Next.Version, change.Next, null, change.Event).ToBsonDocument();
        var back = BsonSerializer.Deserialize<Aggregate<Ticket>>(document);
        Assert.Equivalent(change.Next, back.State, strict: true);
        Assert.Equal(change.Event.EventId.ToString(), back.Outbox.Single().EventId);
        Assert.Equal("Serving", document["status"].AsString);
        Assert.Equal(BsonType.DateTime, document["createdAt"].BsonType);
        Assert.Equal(BsonType.DateTime, document["outbox"][0]["occurredAt"].BsonType);
        Assert.Equal(BsonType.DateTime, document["serviceDay"].BsonType);
    }

    [Fact]
    public void A_change_and_its_answer_are_one_update_and_find_no_document_that_has_the_answer_already()
    {
        var answer = new StoredResponse("key", "request", [1, 2, 3], Some.Noon);
        var change = Some.Waiting().Call(Some.Desk("1"), Some.Noon, "op");
        var args = new RenderArgs<Aggregate<Ticket>>(
            BsonSerializer.LookupSerializer<Aggregate<Ticket>>(),
            BsonSerializer.SerializerRegistry
        );
        Assert.Equal("key", Aggregate<Ticket>.At("t", 1, answer).Render(args)["answers.key"]["$ne"].AsString);
        var push = Aggregate<Ticket>.Change(2, change.Next, answer, change.Event).Render(args)["$push"].AsBsonDocument;
        Assert.Equal("key", push["answers"]["key"].AsString);
        Assert.Equal(change.Event.EventId.ToString(), push["outbox"]["$each"][0]["eventId"].AsString);
        var kept = BsonSerializer.Deserialize<Aggregate<Ticket>>(
            Aggregate<Ticket>.New("t", 2, change.Next, null).ToBsonDocument().Add("answers", new BsonArray { push["answers"] })
        );
        Assert.Equal(answer.Sealed, kept.AnswerOf("key")!.Sealed);
        Assert.Null(kept.AnswerOf("other"));
    }

    [Fact]
    public void A_policy_comes_back_from_its_document_as_it_was()
    {
        var queue = Some.Queue(with: q =>
            q with
            {
                OpeningHours = [new(WeekDay.Friday, new(9, 0), new(17, 30))],
                Closures =
                [
                    new() { From = Some.Noon, To = Some.Noon.AddHours(1) },
                    new()
                    {
                        FirstDay = new DateOnly(2026, 12, 25),
                        LastDay = new DateOnly(2026, 12, 26),
                        Reason = "Christmas",
                    },
                ],
                Counters = [new("1"), new("2")],
                NoShowAfter = 60,
            }
        );
        var back = BsonSerializer.Deserialize<QueuePolicyDocument>(
            new QueuePolicyDocument
            {
                QueueId = "q1",
                Version = 1,
                Definition = queue,
            }.ToBsonDocument()
        );
        Assert.Equivalent(queue, back.Definition, strict: true);
    }

    [Fact]
    public void A_line_comes_back_from_its_document_as_it_was()
    {
        var line = new MongoLine
        {
            QueueId = "q",
            Day = "2026-03-02",
            Number = 3,
            LastArrival = 5,
            LastDay = "2026-03-01",
            LastNumber = 7,
            Held = [4, 6],
            Places =
            [
                new()
                {
                    PlaceId = "p",
                    TicketId = "t",
                    UserId = null,
                    At = Some.Noon.UtcDateTime,
                },
            ],
        };
        var document = line.ToBsonDocument();
        Assert.Equivalent(line, BsonSerializer.Deserialize<MongoLine>(document), strict: true);
        Assert.Equal("t", document["places"][0]["ticketId"].AsString);
        Assert.Equal("q", document["_id"].AsString);
    }

    [Fact]
    public void A_line_of_an_earlier_version_comes_from_no_day_and_holds_no_numbers()
    {
        var document = BsonDocument.Parse("""{ _id: "q", day: "2026-03-02", number: 3, arrivals: NumberLong(5), places: [] }""");
        var line = BsonSerializer.Deserialize<MongoLine>(document);
        Assert.Equal((null, 0, 0, 0), (line.LastDay, line.LastNumber, line.Held.Count, line.Places.Count));
    }
}
