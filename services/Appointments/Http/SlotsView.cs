namespace SmartQueue.Appointments.Http;

/// <summary>The times of a queue that can be booked.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="TimeZone">The zone that people read its times in.</param>
/// <param name="Items">The times, in order.</param>
internal sealed record SlotsView(string QueueId, string TimeZone, IReadOnlyList<SlotView> Items);

/// <summary>A time that can be booked.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="End">When it ends, UTC.</param>
/// <param name="Left">How many places are left.</param>
internal sealed record SlotView(DateTimeOffset Start, DateTimeOffset End, int Left);
