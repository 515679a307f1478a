using System.Collections.Concurrent;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Tickets;

/// <summary>
/// What lines have been doing, read about once a second each: every ticket shown needs it, it changes slowly, and to read it is to
/// look at much of what happened in half an hour.
/// </summary>
internal sealed class LineActivities(ITicketStore store, TicketsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Reading> readings = new();

    /// <summary>What a line has been doing: as of a second ago, or of a few while one request reads it anew for all.</summary>
    public async Task<LineActivity> GetAsync(string queueId, CancellationToken cancellationToken)
    {
        var now = time.Now();
        if (readings.TryGetValue(queueId, out var reading))
        {
            var age = now - reading.At;
            if (age < Fresh || (age < Stale && !reading.TryRenew())) return reading.Activity;
        }

        try
        {
            var activity = await store.ActivityAsync(queueId, now - options.CounterActiveFor, cancellationToken);
            readings[queueId] = new Reading(activity, now);
            return activity;
        }
        catch
        {
            reading?.GiveUp();
            throw;
        }
    }

    private sealed class Reading(LineActivity activity, DateTimeOffset at)
    {
        private int renewed;

        public LineActivity Activity => activity;

        public DateTimeOffset At => at;

        /// <summary>True for the one who is to read it anew.</summary>
        public bool TryRenew() => Interlocked.Exchange(ref renewed, 1) == 0;

        public void GiveUp() => Volatile.Write(ref renewed, 0);
    }
}
