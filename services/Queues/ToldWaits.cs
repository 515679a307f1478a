using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Queues;

/// <summary>
/// What the ticket service tells newcomers to expect, as it said last, so that a queue's statistics promise the same. While people wait it
/// says so again and again: what is older was said by one that is away, and the statistics compute it themselves.
/// </summary>
internal sealed class ToldWaits(TimeProvider time)
{
    /// <summary>How long a wait holds while people wait: some repeats of it.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(45);

    private readonly ConcurrentDictionary<string, Told> heard = new(StringComparer.Ordinal);

    /// <summary>Takes in what was said.</summary>
    /// <returns>Whether newcomers are now told something else than before.</returns>
    public bool Hear(LinePositionsChanged said)
    {
        // What matters of it: a line may be long.
        var now = new Told(said.OccurredAt, said.NewcomerWait, said.TicketIds.Count > 0);
        Told? before = null;
        var kept = heard.AddOrUpdate(
            said.QueueId,
            _ =>
            {
                before = null;
                return now;
            },
            (_, known) => (before = known).At > now.At ? known : now
        );
        return kept == now && before?.Wait != now.Wait;
    }

    /// <summary>Seconds that someone who joins the queue now is told to expect; <c>null</c> where that is not known.</summary>
    public int? Of(string queueId) =>
        heard.TryGetValue(queueId, out var told) && (!told.Occupied || time.Now() - told.At < GoodFor) ? told.Wait : null;

    /// <summary>The queue is gone.</summary>
    public void Forget(string queueId) => heard.TryRemove(queueId, out _);

    private sealed record Told(DateTimeOffset At, int Wait, bool Occupied);
}
