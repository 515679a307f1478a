using SmartQueue.Queues.Domain;

namespace SmartQueue.Queues.Storage;

/// <summary>Keeps one row per ticket, from which a queue's status is computed.</summary>
internal interface ILineStore
{
    /// <summary>Keeps the ticket unless a row of the same or a higher version is there: repeats and disorder change nothing.</summary>
    Task SaveAsync(LineTicket ticket, CancellationToken cancellationToken);

    /// <summary>How each of the lines stands, by queue; in a number of queries that does not grow with them where each costs a round
    /// trip.</summary>
    Task<IReadOnlyDictionary<string, LineFigures>> ReadAsync(IReadOnlyCollection<LineQuery> queries, CancellationToken cancellationToken);

    /// <summary>Forgets a queue's tickets.</summary>
    Task DropQueueAsync(string queueId, CancellationToken cancellationToken);

    /// <summary>Forgets some tickets closed before <paramref name="before"/>, UTC. Returns how many; 0 once there are none.</summary>
    Task<int> DropClosedAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
