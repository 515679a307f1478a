namespace SmartQueue.Tickets.Domain;

/// <summary>The parts of a line, in the order in which they are shown.</summary>
internal enum LinePart
{
    AtCounter,

    /// <summary>Arrived for an appointment, by its time: their places among the walk-ins change as times come.</summary>
    Booked,

    Waiting,
    Parked,
}
