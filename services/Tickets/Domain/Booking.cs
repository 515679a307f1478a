namespace SmartQueue.Tickets.Domain;

/// <summary>An appointment, as far as a line needs to know of it: who is expected when.</summary>
/// <param name="AppointmentId">The appointment.</param>
/// <param name="QueueId">The line.</param>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="Expected">Whether they are still to come: neither there nor cancelled nor missed.</param>
/// <param name="Version">The version of the appointment that this is of.</param>
internal sealed record Booking(string AppointmentId, string QueueId, DateTimeOffset Start, bool Expected, long Version);
