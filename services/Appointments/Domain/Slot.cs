namespace SmartQueue.Appointments.Domain;

/// <summary>A time that can be booked.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="End">When it ends, UTC, exclusive.</param>
internal sealed record Slot(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Whether it and a stretch of time have a moment in common.</summary>
    public bool Meets(DateTimeOffset from, DateTimeOffset to) => from < End && to > Start;
}
