namespace SmartQueue.Appointments.Storage;

/// <summary>A place that is booked, or held.</summary>
/// <param name="Start">When its appointment begins, UTC.</param>
/// <param name="End">When that ends, UTC.</param>
/// <param name="Place">Which place of its slot it is.</param>
/// <param name="HeldUntil">Until when it is held, UTC, exclusive, where it is not booked: from then on it is free for who takes it.</param>
internal sealed record TakenPlace(DateTimeOffset Start, DateTimeOffset End, int Place, DateTimeOffset? HeldUntil);
