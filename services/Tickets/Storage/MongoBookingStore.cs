using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Storage;

/// <summary>Who is expected, in MongoDB: a document an appointment.</summary>
internal sealed class MongoBookingStore(IMongoDatabase database) : IBookingStore
{
    public const string Bookings = "bookings";

    private const int DuplicateKey = 11000;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly IMongoCollection<BsonDocument> bookings = database.GetCollection<BsonDocument>(Bookings);

    public async Task SaveAsync(Booking booking, CancellationToken cancellationToken)
    {
        var older = Where.Eq("_id", booking.AppointmentId) & Where.Lt("version", booking.Version);
        var set = Builders<BsonDocument>
            .Update.Set("queueId", booking.QueueId)
            .Set("start", booking.Start.UtcDateTime)
            .Set("expected", booking.Expected)
            .Set("version", booking.Version);
        try
        {
            await bookings.UpdateOneAsync(older, set, new UpdateOptions { IsUpsert = true }, cancellationToken);
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // It is there at this version or a later one, or was inserted this moment by another: then the update applies now.
            await bookings.UpdateOneAsync(older, set, cancellationToken: cancellationToken);
        }

        await bookings.DeleteManyAsync(
            Where.Eq("queueId", booking.QueueId) & Where.Lt("start", booking.Start.UtcDateTime.AddDays(-2)),
            cancellationToken
        );
    }

    public async Task<IReadOnlyList<DateTimeOffset>> ExpectedAsync(
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken cancellationToken
    )
    {
        var found = await bookings
            .Find(
                Where.Eq("queueId", queueId)
                    & Where.Gte("start", from.UtcDateTime)
                    & Where.Lt("start", to.UtcDateTime)
                    & Where.Eq("expected", true)
            )
            .Sort(Builders<BsonDocument>.Sort.Ascending("start"))
            .Project(Builders<BsonDocument>.Projection.Include("start"))
            .ToListAsync(cancellationToken);
        return [.. found.Select(b => new DateTimeOffset(b["start"].ToUniversalTime(), TimeSpan.Zero))];
    }
}
