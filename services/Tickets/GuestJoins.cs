namespace SmartQueue.Tickets;

/// <summary>
/// How many numbers the guests of each network took from each queue in the last minute, as far as this process was asked: of several
/// processes each counts for itself.
/// </summary>
internal sealed class GuestJoins(TicketsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string QueueId, string Network), Queue<DateTimeOffset>> joins = [];
    private DateTimeOffset tidied = time.GetUtcNow();

    /// <summary>How many networks are remembered, once for each queue.</summary>
    public int Networks
    {
        get
        {
            lock (gate)
                return joins.Count;
        }
    }

    /// <summary>Counts one more number for a network, if it has not taken too many in the last minute.</summary>
    /// <exception cref="Hosting.Errors.RefusedException"><c>RATE_LIMITED</c> with the time to wait; then it does not count.</exception>
    public void Count(string queueId, string network)
    {
        if (options.JoinsPerMinute == 0)
            return;
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (now - tidied >= Minute)
                Tidy(now);
            if (!joins.TryGetValue((queueId, network), out var latest))
                joins.Add((queueId, network), latest = new Queue<DateTimeOffset>());
            while (latest.TryPeek(out var oldest) && now - oldest >= Minute)
                latest.Dequeue();
            if (latest.Count >= options.JoinsPerMinute)
            {
                JoinMetrics.Refused("rate");
                throw LineRefusals.JoinsTooFast(latest.Peek() + Minute - now);
            }

            latest.Enqueue(now);
        }
    }

    private void Tidy(DateTimeOffset now)
    {
        tidied = now;
        foreach (var (key, _) in joins.Where(j => j.Value.Count == 0 || now - j.Value.Last() >= Minute).ToList())
            joins.Remove(key);
    }
}
