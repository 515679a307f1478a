using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>A wish for a place in a line.</summary>
/// <param name="TicketId">The ticket that will stand there.</param>
/// <param name="Queue">The line, with the definition it is decided on: a line closed at its version or a later one takes nobody.</param>
/// <param name="ServiceDay">The present service day, which may lie before or after that of the last one who took a number.</param>
/// <param name="At">Now, UTC.</param>
internal sealed record PlaceRequest(string TicketId, QueueDefinition Queue, DateOnly ServiceDay, DateTimeOffset At)
{
    /// <summary>The account, which may stand there once; <c>null</c> for a guest.</summary>
    public string? UserId { get; init; }

    /// <summary>Its priority.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// The phone number, which stands there once until its ticket closes or is passed on; <c>null</c> where none was given, or it may be
    /// there more than once.
    /// </summary>
    public string? Phone { get; init; }

    /// <summary>The network of a guest; <c>null</c> for all others, whose places are not counted by it.</summary>
    public string? Network { get; init; }

    /// <summary>The most places that guests of one network may hold; 0 for any number.</summary>
    public int PlacesPerNetwork { get; init; }

    /// <summary>The number that its holder brings along from another queue of the branch; <c>null</c> gives the next one.</summary>
    public PlaceNumber? Brought { get; init; }

    /// <summary>The turn of who arrived for an appointment, for whom there is a place in a full line, too; <c>null</c> for a
    /// walk-in.</summary>
    public BookedTurn? Turn { get; init; }

    /// <summary>When its holder joined another line, which is where they stand in this one, UTC; <c>null</c> at the end.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The most tickets that may be open in the line for this one to be given.</summary>
    public int Capacity => Turn is null ? Queue.MaxActiveTickets : int.MaxValue;

    /// <summary>What it stands in the line by, UTC; <c>null</c>: its arrival.</summary>
    public DateTimeOffset? StandsBy => Turn?.At ?? Since;
}
