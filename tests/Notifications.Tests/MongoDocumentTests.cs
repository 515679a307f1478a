using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>How notifications look in MongoDB; needs no server.</summary>
public sealed class MongoDocumentTests
{
    public MongoDocumentTests() => MongoNotificationDocuments.Name();

    [Fact]
    public async Task The_form_that_servers_ask_of_notifications_is_theirs()
    {
        var notification = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1")));
        var document = Aggregate<Notification>.New(notification.Id, 1, notification, null, notification.Announcement()).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(document, MongoNotificationsSchema.NotificationSchema));
        document["type"] = "letter";
        Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoNotificationsSchema.NotificationSchema));
    }

    [Fact]
    public void A_notification_comes_back_from_its_document_as_it_was()
    {
        var notification = Samples.Notification(Samples.Called(Samples.Ticket(userId: "user-1")));
        var document = Aggregate<Notification>.New(notification.Id, 1, notification, null, notification.Announcement()).ToBsonDocument();
        Assert.Equal(notification.EventId, document["eventId"].AsString);
        Assert.Equal(notification.Id, document["outbox"][0]["aggregateId"].AsString);
        Assert.Equal(notification, BsonSerializer.Deserialize<Aggregate<Notification>>(document).State);
    }

    [Fact]
    public void Preferences_come_back_too() =>
        Assert.Equal(
            Preferences.Default with
            {
                Sms = false,
                Language = "de",
            },
            BsonSerializer
                .Deserialize<Aggregate<Preferences>>(
                    Aggregate<Preferences>.New("user-1", 1, Preferences.Default with { Sms = false, Language = "de" }, null).ToBson()
                )
                .State
        );

    [Fact]
    public async Task What_is_told_of_an_appointment_comes_back_too_and_has_the_form()
    {
        var told = Samples.Pending() with { Appointment = FollowedAppointment.Anonymous(Samples.Appointment(userId: "user-1")) };
        var document = Aggregate<Notification>.New(told.Id, told.Version, told, null).ToBsonDocument();
        Assert.Empty(await DocumentForm.FaultsAsync(document, MongoNotificationsSchema.NotificationSchema));
        Assert.Equal(told, BsonSerializer.Deserialize<Aggregate<Notification>>(document).State);
    }

    [Fact]
    public void A_followed_appointment_comes_back_too()
    {
        var followed = FollowedAppointment.Hear(
            null,
            AppointmentNews.Of(Samples.Booked(Samples.Appointment(userId: "user-1"))),
            TimeSpan.FromDays(1),
            Samples.Morning
        );
        var document = Aggregate<FollowedAppointment>.New(followed.Id, followed.Version, followed, null).ToBsonDocument();
        Assert.Equal(("user-1", "a"), (document["appointment"]["userId"].AsString, document["_id"].AsString));
        Assert.Equal(Samples.Morning.AddDays(1).UtcDateTime, document["remindAt"].ToUniversalTime());
        Assert.Equal(followed, BsonSerializer.Deserialize<Aggregate<FollowedAppointment>>(document).State);
    }

    [Fact]
    public void The_unique_index_covers_event_and_channel()
    {
        var keys = Builders<Aggregate<Notification>>.IndexKeys.Ascending(n => n.State.EventId).Ascending(n => n.State.Type);
        var rendered = keys.Render(new(BsonSerializer.LookupSerializer<Aggregate<Notification>>(), BsonSerializer.SerializerRegistry));
        Assert.Equal("""{ "eventId" : 1, "type" : 1 }""", rendered.ToString());
    }

    [Fact]
    public void What_is_pending_is_measured_by_plain_operators()
    {
        using var client = new MongoClient("mongodb://127.0.0.1:1/");
        var rendered = MongoNotificationStore
            .Depths(client.GetDatabase("x").GetCollection<Aggregate<Notification>>("notifications"))
            .ToString();
        Assert.Contains("""{ "$match" : { "status" : "pending" } }""", rendered, StringComparison.Ordinal);
        Assert.Contains("""{ "$group" : { "_id" : "$type", """, rendered, StringComparison.Ordinal);
        Assert.Contains("""{ "$min" : "$undeliveredSince" }""", rendered, StringComparison.Ordinal);
        Assert.Contains("""{ "$sum" : """, rendered, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pending_notification_comes_back_too()
    {
        var claimed = Samples.Pending().Claimed(Samples.Morning);
        Assert.Equal(
            claimed,
            BsonSerializer
                .Deserialize<Aggregate<Notification>>(Aggregate<Notification>.New(claimed.Id, claimed.Version, claimed, null).ToBson())
                .State
        );
    }
}
