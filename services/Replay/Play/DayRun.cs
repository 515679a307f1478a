using System.Globalization;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Play;

/// <summary>A recorded day in fast motion. Customers are an open loop on schedule; the steps of one come one after another.</summary>
internal sealed class DayRun(RecordedDay day, double speed) : IRun
{
    private const int DefaultServiceTime = 300;
    private const int LongestServiceTime = 24 * 60 * 60;

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{day.Date:yyyy-MM-dd} at {speed:0.##} times its speed");

    public string? Note =>
        day.AssumedEnds == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Not recorded: the end of {day.AssumedEnds} services. They take the median time of their queue on that day."
            );

    public int Customers => day.Rows.Count;

    public Figures Plan => PlanOf(day.Rows);

    public async Task<IReadOnlyList<PlayedQueue>> PrepareAsync(ApiClient api, TimeProvider time, CancellationToken cancellationToken)
    {
        var queues = new List<PlayedQueue>();
        foreach (var rows in day.Rows.GroupBy(r => r.Queue).OrderBy(q => q.Key, StringComparer.Ordinal))
        {
            var times = rows.Where(r => r.Call is not null).Select(r => (RecordedDay.EndOf(r) - r.Call!.Value).TotalSeconds).ToList();
            var average = times.Count == 0 ? DefaultServiceTime : Math.Clamp((int)Math.Round(times.Average()), 1, LongestServiceTime);
            queues.Add(await PlayedQueue.CreateAsync(api, rows.Key, average, PlanOf([.. rows]), time, cancellationToken));
        }

        return queues;
    }

    public async Task PlayAsync(IReadOnlyList<PlayedQueue> queues, StepRunner desk, Tally tally, CancellationToken cancellationToken)
    {
        var byName = queues.ToDictionary(q => q.Name, StringComparer.Ordinal);
        var customers = new List<Task>(day.Rows.Count);
        try
        {
            foreach (var row in day.Rows)
            {
                await desk.UntilAsync(Due(row.Arrival), cancellationToken);
                customers.Add(VisitAsync(row, byName[row.Queue], desk, tally, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(customers);
        }
    }

    public string Achieved(TimeSpan elapsed, Tally tally) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{day.Length.TotalSeconds / elapsed.TotalSeconds:0.#} times the recorded speed ({speed:0.##} asked for), {elapsed.TotalSeconds:0.0} s"
        );

    private static Figures PlanOf(IReadOnlyList<DayRow> rows)
    {
        var abandoned = rows.Count(r => r.Outcome == DayOutcome.Abandoned);
        return new Figures(rows.Count, rows.Count - abandoned, rows.Count - abandoned, abandoned, 0);
    }

    private async Task VisitAsync(DayRow row, PlayedQueue queue, StepRunner desk, Tally tally, CancellationToken cancellationToken)
    {
        var end = Due(RecordedDay.EndOf(row));
        if (await desk.TakeAsync(queue, Due(row.Arrival), cancellationToken) is { } ticket)
        {
            if (row.Call is { } call)
            {
                await desk.UntilAsync(Due(call), cancellationToken);
                if (await desk.CallAsync(ticket.Id, row.Server, Due(call), cancellationToken) is { } counter)
                {
                    await desk.UntilAsync(end, cancellationToken);
                    await desk.ServeAsync(ticket.Id, counter, end, cancellationToken);
                }
            }
            else
            {
                await desk.UntilAsync(end, cancellationToken);
                await desk.CancelAsync(ticket, end, cancellationToken);
            }
        }

        tally.Finish();
    }

    private TimeSpan Due(DateTime time) => (time - day.Start) / speed;
}
