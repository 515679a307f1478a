namespace SmartQueue.Tickets.Domain;

/// <summary>A wish for a place in a line.</summary>
/// <param name="TicketId">The ticket that will stand there.</param>
/// <param name="QueueId">The line.</param>
/// <param name="UserId">The account, which may stand there once; <c>null</c> for a guest.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Capacity">The most open tickets the line may hold.</param>
/// <param name="ServiceDay">The present service day, which may lie before or after that of the last one who took a number.</param>
/// <param name="ResetsDaily">Whether numbers begin again on a new service day.</param>
/// <param name="QueueVersion">The version of the definition it is decided on: a line closed at that version or a later one takes
/// nobody.</param>
/// <param name="At">Now, UTC.</param>
internal sealed record PlaceRequest(
    string TicketId,
    string QueueId,
    string? UserId,
    int Priority,
    int Capacity,
    DateOnly ServiceDay,
    bool ResetsDaily,
    long QueueVersion,
    DateTimeOffset At
)
{
    /// <summary>
    /// The phone number, which stands there once until its ticket closes or is passed on; <c>null</c> where none was given, or it may be
    /// there more than once.
    /// </summary>
    public string? Phone { get; init; }

    /// <summary>The network of a guest; <c>null</c> for all others, whose places are not counted by it.</summary>
    public string? Network { get; init; }

    /// <summary>The most places that guests of one network may hold; 0 for any number.</summary>
    public int PlacesPerNetwork { get; init; }
}
