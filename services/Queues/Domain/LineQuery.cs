namespace SmartQueue.Queues.Domain;

/// <summary>Asks how a queue's line stands.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="DayStart">Since when it is today there, UTC.</param>
/// <param name="CountersSince">Since when a counter that closed a ticket counts as open, UTC.</param>
internal sealed record LineQuery(string QueueId, DateTimeOffset DayStart, DateTimeOffset CountersSince)
{
    private static readonly TimeSpan CounterStaysOpen = TimeSpan.FromMinutes(30);

    public static LineQuery Of(Queue queue, DateTimeOffset now) =>
        new(queue.Id, ServiceDays.Start(queue.Calendar(), now), now - CounterStaysOpen);
}
