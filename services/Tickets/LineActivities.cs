using System.Collections.Concurrent;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets;

/// <summary>
/// What lines have been doing, read at most once a second each: every ticket shown needs it, it changes slowly, and to read it is to
/// count what happened in half an hour.
/// </summary>
internal sealed class LineActivities(ITicketStore store, TicketsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Reading> readings = new();

    /// <summary>What a line has been doing, as of a second ago at most.</summary>
    public async Task<LineActivity> GetAsync(string queueId, CancellationToken cancellationToken)
    {
        var now = time.Now();
        if (readings.TryGetValue(queueId, out var reading) && now - reading.At < Fresh) return reading.Activity;
        var activity = await store.ActivityAsync(queueId, now - options.CounterActiveFor, cancellationToken);
        readings[queueId] = new Reading(activity, now);
        return activity;
    }

    private sealed record Reading(LineActivity Activity, DateTimeOffset At);
}
