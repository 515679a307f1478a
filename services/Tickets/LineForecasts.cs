using System.Collections.Concurrent;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Tickets;

/// <summary>
/// The forecasts of all lines. A line's is rebuilt from its latest tickets when the first event or question comes, and follows the events
/// from then on. Every process hears every event, so each has its own.
/// </summary>
internal sealed class LineForecasts(ITicketStore store)
{
    private const int MostTickets = 2000;
    private readonly ConcurrentDictionary<string, Lazy<Task<LineForecast?>>> lines = new(StringComparer.Ordinal);

    /// <summary>Takes in an event.</summary>
    public async Task ApplyAsync(ITicketEvent happened)
    {
        if (await FindAsync(happened.QueueId) is not { } forecast) return;
        if (forecast.Apply(happened.Ticket, happened.OccurredAt) is { } learn) await Task.Run(learn);
    }

    /// <summary>The forecast of a line; <c>null</c> for a queue that was never heard of.</summary>
    public async Task<LineForecast?> FindAsync(string queueId)
    {
        var line = lines.GetOrAdd(queueId, id => new Lazy<Task<LineForecast?>>(() => RebuildAsync(id)));
        try
        {
            if (await line.Value is { } forecast) return forecast;
        }
        catch
        {
            lines.TryRemove(KeyValuePair.Create(queueId, line));
            throw;
        }

        lines.TryRemove(KeyValuePair.Create(queueId, line));
        return null;
    }

    // Shared by all who ask at the same time, so no one caller's cancellation may end it.
    private async Task<LineForecast?> RebuildAsync(string queueId)
    {
        if ((await store.FindPolicyAsync(queueId, CancellationToken.None))?.Definition is not { } queue) return null;
        var forecast = new LineForecast(queueId, queue.AverageServiceTime, TimeZoneInfo.FindSystemTimeZoneById(queue.TimeZone));
        var latest = await store.ListAsync(new TicketFilter(queueId, null, null, null, null), PageRequest.First(MostTickets), CancellationToken.None);
        await Task.Run(() => forecast.Rebuild(latest));
        return forecast;
    }
}
