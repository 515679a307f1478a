namespace SmartQueue.Tickets.Domain;

/// <summary>The parts of a line, in the order in which they are shown.</summary>
internal enum LinePart
{
    AtCounter,
    Waiting,
    Parked,
}
