using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Time;
using SmartQueue.Tickets.Domain;
using SmartQueue.Tickets.Storage;

namespace SmartQueue.Tickets.Forecasts;

/// <summary>
/// The forecasts of all lines. A line's is made of its latest tickets when it is first asked for, at the start for lines in which people
/// wait, and follows what happens from then on: at once what this process does, and by the events what others do. One that nobody asked for
/// and in which nothing happened for an hour is dropped, and that of a deleted queue at once.
/// </summary>
internal sealed class LineForecasts(
    ITicketStore store,
    ICounterStore counters,
    IBookingStore bookings,
    TimeProvider time,
    ILogger<LineForecasts> log
) : BackgroundService
{
    /// <summary>How long a forecast is kept that nobody needs.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    // Who is expected beyond that makes no wait of now longer.
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(4);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private const int MostClosed = 2000;
    private const int MostCounters = 200;
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Line> lines = new(StringComparer.Ordinal);

    // One at a time, so that learning leaves processors to those who wait for answers.
    private readonly SemaphoreSlim learning = new(1);

    // One at most: a preparation sees all that was forgotten before it began.
    private readonly Channel<bool> toPrepare = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private CancellationToken stopping;

    /// <summary>How many forecasts are kept.</summary>
    public int Count => lines.Count;

    /// <summary>The forecast of a line.</summary>
    /// <param name="queue">Its queue as it is defined now: a forecast made under another time zone or usual service time is made
    /// again.</param>
    /// <param name="cancellationToken">Cancels the wait for it.</param>
    public async Task<LineForecast> GetAsync(QueueDefinition queue, CancellationToken cancellationToken)
    {
        var line = lines.AddOrUpdate(
            queue.Id,
            (_, q) => new Line(q, RebuildAsync),
            (_, known, q) => known.Fits(q) ? known : new Line(q, RebuildAsync),
            queue
        );
        line.UsedAt = time.GetTimestamp();
        try
        {
            var forecast = await line.Forecast.WaitAsync(cancellationToken);
            if (queue.Booking is { } booking && line.TryLookForBookings(time, LookEvery))
            {
                var now = time.Now();
                forecast.Expect(await bookings.ExpectedAsync(queue.Id, now, now + Ahead, cancellationToken), booking.InARow);
            }

            return forecast;
        }
        catch when (line.Forecast.IsFaulted)
        {
            lines.TryRemove(KeyValuePair.Create(queue.Id, line));
            throw;
        }
    }

    /// <summary>Told of each line in which this process changed something.</summary>
    public event Action<string>? Moved;

    /// <summary>The lines this process knows of in which people wait or are at a counter.</summary>
    public Task<IReadOnlyList<string>> OccupiedAsync() => LinesAsync(f => f.Occupied);

    /// <summary>Those of them in which somebody is expected for an appointment as well.</summary>
    public Task<IReadOnlyList<string>> ExpectingAsync() => LinesAsync(f => f.Occupied && f.Expects);

    /// <summary>Takes in an event of a change that this process made.</summary>
    public async Task ApplyAsync(ITicketEvent happened)
    {
        await HearAsync(happened);
        Moved?.Invoke(happened.QueueId);
    }

    /// <summary>
    /// Takes in an event, of whichever process. A line that was never asked for needs none: it will be made of the store, which knows.
    /// </summary>
    public async Task HearAsync(ITicketEvent happened)
    {
        if (!lines.TryGetValue(happened.QueueId, out var line))
            return;
        line.UsedAt = time.GetTimestamp();
        await ((Task)line.Forecast).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // If it could not be made, those who asked for it have heard why.
        if (!line.Forecast.IsCompletedSuccessfully)
            return;
        var forecast = await line.Forecast;
        forecast.Apply(happened.Ticket, happened.OccurredAt);
        Learn(forecast, happened.QueueId);
    }

    /// <summary>Takes in an event of a counter, of whichever process: each line of its branch hears of it.</summary>
    /// <param name="counter">The counter after it.</param>
    /// <param name="deleted">Whether it is no more.</param>
    /// <param name="occurredAt">When, UTC.</param>
    public async Task HearAsync(CounterState counter, bool deleted, DateTimeOffset occurredAt)
    {
        foreach (var (queueId, line) in lines.Where(l => l.Value.BranchId == counter.BranchId))
        {
            await ((Task)line.Forecast).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!line.Forecast.IsCompletedSuccessfully)
                continue;
            (await line.Forecast).Apply(counter, deleted, occurredAt);
            Moved?.Invoke(queueId);
        }
    }

    /// <summary>Forgets all lines, for events may have been missed; those in which people wait are soon made again.</summary>
    public void Forget()
    {
        lines.Clear();
        toPrepare.Writer.TryWrite(true);
    }

    /// <summary>Forgets the line of a queue that is gone.</summary>
    public void Forget(string queueId) => lines.TryRemove(queueId, out _);

    /// <inheritdoc/>
    public override void Dispose()
    {
        learning.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;
        toPrepare.Writer.TryWrite(true);
        try
        {
            await Task.WhenAll(PrepareWhenForgottenAsync(stoppingToken), TidyAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: they go with the process.
        }
    }

    private async Task TidyAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TidyInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            DropIdle();
    }

    private async Task PrepareWhenForgottenAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in toPrepare.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                foreach (var queueId in await store.LinesWithOpenTicketsAsync(branchId: null, stoppingToken))
                    await PrepareAsync(queueId, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                TicketsLog.ForecastsNotPrepared(log, e);
            }
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(Func<LineForecast, bool> which)
    {
        var found = new List<string>();
        foreach (var (queueId, line) in lines)
        {
            if (line.Forecast.IsCompletedSuccessfully && which(await line.Forecast))
                found.Add(queueId);
        }

        return found;
    }

    private void DropIdle()
    {
        foreach (var line in lines.Where(l => time.GetElapsedTime(l.Value.UsedAt) >= KeptFor))
            lines.TryRemove(line);
    }

    private async Task PrepareAsync(string queueId, CancellationToken stoppingToken)
    {
        try
        {
            if ((await store.FindPolicyAsync(queueId, stoppingToken))?.Definition is { } queue)
                await GetAsync(queue, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested && !StorageFaults.IsAway(e))
        {
            TicketsLog.ForecastNotPrepared(log, e, queueId);
        }
    }

    // Shared by all who ask at the same time, so no one caller's cancellation may end it.
    private async Task<LineForecast> RebuildAsync(QueueDefinition queue)
    {
        var open = await store.OpenAsync(queue.Id, CancellationToken.None);
        var latest = await store.ListAsync(
            new TicketFilter(queue.Id, null, null, null, null),
            PageRequest.First(open.Count + MostClosed),
            CancellationToken.None
        );
        var forecast = new LineForecast(queue.Id, queue.AverageServiceTime, ServiceCalendar.FindZone(queue.TimeZone) ?? TimeZoneInfo.Utc);
        var booked = await store.BookedAsync(queue.Id, CancellationToken.None);
        forecast.Rebuild([.. latest.UnionBy(open, t => t.Id)], await CountersAsync(queue.BranchId), booked.InARow);
        Learn(forecast, queue.Id);
        return forecast;
    }

    private async Task<IReadOnlyList<Counter>> CountersAsync(string branchId)
    {
        var all = new List<Counter>();
        var page = PageRequest.First(MostCounters);
        while (true)
        {
            var some = await counters.ListAsync([branchId], page, CancellationToken.None);
            all.AddRange(some.Take(MostCounters));
            if (some.Count <= MostCounters)
                return all;
            page = page.Behind(all[^1].Id);
        }
    }

    private void Learn(LineForecast forecast, string queueId)
    {
        if (forecast.BeginLearning(time.Now()) is { } learn)
            _ = LearnAsync(learn, queueId);
    }

    private async Task LearnAsync(Action learn, string queueId)
    {
        try
        {
            await learning.WaitAsync(stopping);
            try
            {
                var begun = time.GetTimestamp();
                await Task.Run(learn, stopping);
                ForecastMetrics.Learned(time.GetElapsedTime(begun));
            }
            finally
            {
                learning.Release();
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            TicketsLog.NotLearned(log, e, queueId);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The next start learns it again.
        }
    }

    private sealed class Line(QueueDefinition queue, Func<QueueDefinition, Task<LineForecast>> make)
    {
        private readonly Lazy<Task<LineForecast>> forecast = new(() => Task.Run(() => make(queue)));
        private long usedAt;
        private long lookedAt;

        /// <summary>When it was last asked for, or something happened in it: a timestamp of the clock.</summary>
        public long UsedAt
        {
            get => Interlocked.Read(ref usedAt);
            set => Interlocked.Exchange(ref usedAt, value);
        }

        /// <summary>Whether who is expected is to be looked up again now, which one caller is told.</summary>
        public bool TryLookForBookings(TimeProvider time, TimeSpan every)
        {
            var before = Interlocked.Read(ref lookedAt);
            var now = time.GetTimestamp();
            return (before == 0 || time.GetElapsedTime(before, now) >= every)
                && Interlocked.CompareExchange(ref lookedAt, now, before) == before;
        }

        public string BranchId => queue.BranchId;

        public Task<LineForecast> Forecast => forecast.Value;

        public bool Fits(QueueDefinition now) =>
            now.AverageServiceTime == queue.AverageServiceTime && now.TimeZone == queue.TimeZone && now.BranchId == queue.BranchId;
    }
}
