using MongoDB.Bson.Serialization.Attributes;

namespace SmartQueue.Tickets.Storage;

/// <summary>A place in a line, taken before its ticket is inserted.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoPlace
{
    /// <summary>Its own id, by which it is given back: the ticket's at first, another each time it is opened again.</summary>
    public required string PlaceId { get; init; }

    public required string TicketId { get; init; }

    /// <summary>The n of its ticket; <c>null</c> where that was brought along from another queue.</summary>
    [BsonIgnoreIfNull]
    public int? Number { get; init; }

    [BsonIgnoreIfNull]
    public string? UserId { get; init; }

    /// <summary>The phone number of its ticket, which is in the line once.</summary>
    [BsonIgnoreIfNull]
    public string? Phone { get; init; }

    /// <summary>The network of its guest, of which there are not too many.</summary>
    [BsonIgnoreIfNull]
    public string? Network { get; init; }

    /// <summary>When it was taken, UTC: a place without a ticket that is older than a request can live is given back.</summary>
    public required DateTime At { get; init; }
}
