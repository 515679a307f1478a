using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

/// <summary>How facts look in MongoDB; needs no server.</summary>
public sealed class MongoDocumentTests
{
    public MongoDocumentTests() => MongoAnalyticsDocuments.Name();

    [Fact]
    public async Task The_form_that_servers_ask_of_facts_is_theirs()
    {
        var fact = TicketFact.Of(Samples.Ticket("t", Samples.Morning, "user-1").Called(Samples.Morning.AddSeconds(5)));
        var document = Aggregate<TicketFact>.New("t", 1, fact, answer: null).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(document, MongoAnalyticsSchema.FactSchema));
        document.Remove("ticketVersion");
        Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoAnalyticsSchema.FactSchema));
    }

    [Fact]
    public void A_fact_comes_back_from_its_document_as_it_was()
    {
        var ticket = Samples.Ticket("t", Samples.Morning, "user-1") with
        {
            BranchId = "north",
            VisitId = "visit",
            Source = TicketSource.Kiosk,
            Labels = ["urgent", "papers"],
            Promise = new WaitPromise(60, 30, 90),
            AppointmentAt = Samples.Morning.AddMinutes(10),
        };
        var fact = TicketFact.Of(ticket.Called(Samples.Morning.AddSeconds(5)).Served(Samples.Morning.AddSeconds(9)));
        var document = Aggregate<TicketFact>.New("t", 1, fact, answer: null).ToBsonDocument();
        Assert.Equal("queue-1", document["queueId"].AsString);
        Assert.Equal(BsonType.DateTime, document["createdAt"].BsonType);
        Assert.Equal(BsonType.DateTime, document["appointmentAt"].BsonType);
        Assert.Equal("kiosk", document["source"].AsString.ToLowerInvariant());
        Assert.Equal(fact, BsonSerializer.Deserialize<Aggregate<TicketFact>>(document).State);
    }

    [Fact]
    public void A_fact_of_an_earlier_version_is_in_the_main_branch()
    {
        var fact = TicketFact.Of(Samples.Ticket("t", Samples.Morning));
        var document = Aggregate<TicketFact>.New("t", 1, fact, answer: null).ToBsonDocument();
        foreach (var later in (string[])["branchId", "labels"])
            document.Remove(later);
        Assert.Equal(fact, BsonSerializer.Deserialize<Aggregate<TicketFact>>(document).State);
    }

    [Fact]
    public void A_session_comes_back_and_goes_on_until_the_next_event()
    {
        var fact = Samples.Counter("c", CounterStatus.Break, "op").At(5, 7) with { BreakReason = "lunch" };
        var session = SessionDocument.Of(fact);
        var document = session.ToBsonDocument();
        Assert.Equal(
            ["_id", "branchId", "counterId", "version", "at", "until", "status", "operatorId", "name", "breakReason"],
            document.Names
        );
        Assert.Equal("Break", document["status"].AsString);
        Assert.Equal(BsonType.DateTime, document["until"].BsonType);
        Assert.Equal(session, BsonSerializer.Deserialize<SessionDocument>(document));
    }

    [Fact]
    public void What_is_known_of_an_appointment_comes_back_and_has_the_fields_that_counts_are_made_of()
    {
        var fact = AppointmentFact.Of(Samples.Appointment("a", Samples.Morning).Becomes(AppointmentStatus.NoShow));
        var document = Aggregate<AppointmentFact>.New("a", 1, fact, answer: null).ToBsonDocument();
        Assert.Equal(
            ("main", "queue-1", "Missed", 2L),
            (
                document["branchId"].AsString,
                document["queueId"].AsString,
                document["outcome"].AsString,
                document["appointmentVersion"].ToInt64()
            )
        );
        Assert.Equal(BsonType.DateTime, document["start"].BsonType);
        Assert.Equal(fact, BsonSerializer.Deserialize<Aggregate<AppointmentFact>>(document).State);
    }

    [Fact]
    public void A_fact_without_an_account_has_no_such_field_for_the_partial_index()
    {
        var document = Aggregate<TicketFact>
            .New("t", 1, TicketFact.Of(Samples.Ticket("t", Samples.Morning)), answer: null)
            .ToBsonDocument();
        Assert.False(document.Contains("userId"));
    }

    [Fact]
    public void Tracked_events_and_queue_profiles_come_back_too()
    {
        var tracked = Samples.Tracked("e", "user-1");
        var profile = QueueProfile.Of(Samples.Queue());
        Assert.Equal(
            tracked,
            BsonSerializer.Deserialize<Aggregate<TrackedEvent>>(Aggregate<TrackedEvent>.New("e", 1, tracked, null).ToBson()).State
        );
        Assert.Equal(
            profile,
            BsonSerializer.Deserialize<Aggregate<QueueProfile>>(Aggregate<QueueProfile>.New("q", 1, profile, null).ToBson()).State
        );
    }

    [Fact]
    public void A_rollup_comes_back_and_its_mark_renders_as_the_fields_the_queries_ask_for()
    {
        var rollup = new RollupDocument
        {
            Id = RollupDocument.IdOf("main", "q", 7),
            BranchId = "main",
            QueueId = "q",
            Hour = 7,
            Generation = 2,
            Stale = true,
        };
        var document = rollup.ToBsonDocument();
        Assert.Equal(["_id", "branchId", "queueId", "hour", "generation", "stale"], document.Names);
        Assert.Equal("main/q/7", document["_id"].AsString);
        Assert.Equal(rollup, BsonSerializer.Deserialize<RollupDocument>(document));
    }
}
