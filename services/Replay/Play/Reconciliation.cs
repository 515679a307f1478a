using System.Globalization;
using System.Text.Json;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>Compares what the system says in the end with what was played, from each of its parts that counts for itself.</summary>
internal sealed class Reconciliation(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks until all agree or the limit has passed; what agreed once is not asked again.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyList<PlayedQueue> queues,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var questions = queues
            .SelectMany(q => new[] { Numbers, TicketsAsync, StatisticsAsync, AnalyticsAsync }.Select(ask => (Queue: q, Ask: ask)))
            .ToList();
        var findings = new Finding?[questions.Count];
        var begin = time.GetTimestamp();
        while (true)
        {
            for (var i = 0; i < questions.Count; i++)
                if (findings[i] is not { Agrees: true })
                    findings[i] = await questions[i].Ask(questions[i].Queue, cancellationToken);
            var all = findings.OfType<Finding>().ToList();
            if (all.TrueForAll(f => f.Agrees) || time.GetElapsedTime(begin) >= limit)
                return all;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static Task<Finding> Numbers(PlayedQueue queue, CancellationToken cancellationToken) =>
        Task.FromResult(new Finding(queue, "numbers", new Figures(Created: queue.DifferentNumbers), null));

    private async Task<Finding> TicketsAsync(PlayedQueue queue, CancellationToken cancellationToken)
    {
        var (served, problem) = await ListAsync(queue, "served", cancellationToken);
        if (problem is not null)
            return new Finding(queue, "tickets", new Figures(), problem);
        (var cancelled, problem) = await ListAsync(queue, "cancelled", cancellationToken);
        return new Finding(queue, "tickets", new Figures(Served: served, Cancelled: cancelled), problem);
    }

    private async Task<(int Count, string? Problem)> ListAsync(PlayedQueue queue, string status, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        var path = $"/api/tickets?queueId={Uri.EscapeDataString(queue.Id)}&status={status}&limit=200";
        for (var page = path; ; )
        {
            var answer = await api.AsOperatorAsync(HttpMethod.Get, page, null, cancellationToken);
            if (!answer.Succeeded)
                return (0, answer.Code);
            if (
                answer.Body.ValueKind != JsonValueKind.Object
                || !answer.Body.TryGetProperty("items", out var items)
                || items.ValueKind != JsonValueKind.Array
            )
                return (0, "BAD_ANSWER");
            foreach (var item in items.EnumerateArray())
                ids.Add(item.GetProperty("id").GetString()!);
            if (answer.Text("nextCursor") is not { } cursor)
                return (ids.Count, null);
            if (!cursors.Add(cursor))
                return (ids.Count, "the pages go in a circle");
            page = $"{path}&cursor={Uri.EscapeDataString(cursor)}";
        }
    }

    private async Task<Finding> StatisticsAsync(PlayedQueue queue, CancellationToken cancellationToken)
    {
        const string source = "statistics";
        var answer = await api.AsOperatorAsync(HttpMethod.Get, $"/api/queues/{queue.Id}", null, cancellationToken);
        if (!answer.Succeeded)
            return new Finding(queue, source, new Figures(), answer.Code);
        var figures = new Figures(
            Served: answer.Whole("statistics", "servedToday"),
            Cancelled: answer.Whole("statistics", "cancelledToday"),
            Waiting: answer.Whole("statistics", "waiting")
        );
        if (figures.Served is null || figures.Cancelled is null || figures.Waiting is null)
            return new Finding(queue, source, figures, "figures are missing");
        // The counts of a day begin again at midnight; a run across it cannot be compared with them.
        return LocalDay(queue, queue.CreatedAt) == LocalDay(queue, time.GetUtcNow())
            ? new Finding(queue, source, figures, null)
            : new Finding(queue, "statistics (new day)", new Figures(Waiting: figures.Waiting), null);
    }

    private async Task<Finding> AnalyticsAsync(PlayedQueue queue, CancellationToken cancellationToken)
    {
        const string source = "analytics";
        // Wide, so that clocks that differ do not matter: the queue is new, and all it ever had belongs to this run.
        var (from, to) = (Wire(queue.CreatedAt.AddDays(-1)), Wire(queue.CreatedAt.AddDays(2)));
        var answer = await api.AsOperatorAsync(
            HttpMethod.Get,
            $"/api/analytics/queue/{queue.Id}?from={from}&to={to}&bucket=day",
            null,
            cancellationToken
        );
        if (!answer.Succeeded)
            return new Finding(queue, source, new Figures(), answer.Code);
        var figures = new Figures(
            answer.Whole("counts", "created"),
            answer.Whole("counts", "called"),
            answer.Whole("counts", "served"),
            answer.Whole("counts", "cancelled")
        );
        var missing = figures.Created is null || figures.Called is null || figures.Served is null || figures.Cancelled is null;
        return new Finding(queue, source, figures, missing ? "figures are missing" : null);
    }

    private static DateTime LocalDay(PlayedQueue queue, DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, queue.TimeZone).Date;

    private static string Wire(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
