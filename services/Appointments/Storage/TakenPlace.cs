namespace SmartQueue.Appointments.Storage;

/// <summary>A place that is booked.</summary>
/// <param name="Start">When its appointment begins, UTC.</param>
/// <param name="End">When that ends, UTC.</param>
/// <param name="Place">Which place of its slot it is.</param>
internal sealed record TakenPlace(DateTimeOffset Start, DateTimeOffset End, int Place);
