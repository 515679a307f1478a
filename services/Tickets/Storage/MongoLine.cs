using MongoDB.Bson.Serialization.Attributes;
using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Storage;

/// <summary>A line's document: its counters of numbers and the places taken. One update of it takes a place.</summary>
[BsonIgnoreExtraElements]
internal sealed record MongoLine
{
    [BsonId]
    public required string QueueId { get; init; }

    /// <summary>The branch of its queue.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>The service day the numbers belong to, <c>yyyy-MM-dd</c>.</summary>
    public required string Day { get; init; }

    public required int Number { get; init; }

    /// <summary>The moment of the last arrival, milliseconds since 1970: the next is a later one, whatever the clocks say.</summary>
    public long LastArrival { get; init; }

    /// <summary>The service day before this one, earlier or later, and the last number given on it: its ticket may not be there
    /// yet.</summary>
    public string? LastDay { get; init; }

    public int LastNumber { get; init; }

    /// <summary>Numbers of its prefix that open tickets of other lines had when last looked at.</summary>
    public List<int> Held { get; init; } = [];

    /// <summary>The version of the definition the line was closed at: only a later one gives places. 0 for a line never closed.</summary>
    public long Closed { get; init; }

    /// <summary>When it is looked at next, UTC; <c>null</c> while nobody is in it. Long past: at once.</summary>
    [BsonIgnoreIfNull]
    public DateTime? LookAt { get; init; }

    /// <summary>The first moment at which somebody in it may have to go, UTC; long past where that is not known.</summary>
    [BsonIgnoreIfNull]
    public DateTime? DueAt { get; init; }

    /// <summary>How many with an appointment were called in a row while a walk-in waited; a call that died may have counted.</summary>
    public int BookedInARow { get; init; }

    /// <summary>A place for every open ticket: its length is the line's load, and an account is in it once.</summary>
    public required List<MongoPlace> Places { get; init; }

    /// <summary>Whether somebody has a number, here or elsewhere, so that it is not given.</summary>
    public bool Holds(int number) => Held.Contains(number) || Places.Exists(p => p.Number == number);
}
