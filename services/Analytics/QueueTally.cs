using SmartQueue.Contracts;

namespace SmartQueue.Analytics;

/// <summary>Takes in the facts of a range one by one and gives their figures, so that the facts need not be held together.</summary>
internal sealed class QueueTally
{
    private const int DaysPerWeek = 7;
    private const int HoursPerDay = 24;

    private readonly QueueProfile queue;
    private readonly TimeRange range;
    private readonly BucketSize size;
    private readonly WallClock clock;
    private readonly List<DateTimeOffset> starts = [];
    private readonly List<Bucket> buckets = [];
    // After the end of the range, and sparse: a ticket may be served days later.
    private readonly SortedDictionary<DateTimeOffset, Bucket> later = [];
    private readonly int[,] joined = new int[DaysPerWeek, HoursPerDay];
    private readonly Dictionary<string, Counter> counters = [];
    private readonly List<long> waits = [];
    private readonly List<long> services = [];
    private readonly Dictionary<TicketStatus, int> statuses = [];
    private int created;
    private int withinTarget;
    private int abandoned;

    /// <summary>A tally of a queue's tickets.</summary>
    public QueueTally(QueueProfile queue, TimeRange range, BucketSize size, WallClock clock)
    {
        this.queue = queue;
        this.range = range;
        this.size = size;
        this.clock = clock;
        for (var start = clock.Start(range.From, size); start < range.To; start = clock.Next(start, size))
        {
            starts.Add(start);
            buckets.Add(new Bucket(start));
        }
    }

    /// <summary>Takes in a ticket.</summary>
    public void Add(TicketFact fact)
    {
        created++;
        statuses[fact.Status] = Of(fact.Status) + 1;
        BucketAt(fact.CreatedAt).Created++;
        var local = clock.LocalTime(fact.CreatedAt);
        joined[(int)local.DayOfWeek, local.Hour]++;
        if (fact.Status == TicketStatus.Cancelled && fact.FirstCalledAt is null) abandoned++;
        if (fact.FirstCalledAt is { } called)
        {
            BucketAt(called).Called++;
            var wait = fact.WaitTime()!.Value;
            waits.Add((long)wait.TotalMilliseconds);
            if (wait <= TimeSpan.FromSeconds(queue.SlaWaitTime)) withinTarget++;
        }

        if (fact.Status == TicketStatus.Served) AddServed(fact);
    }

    /// <summary>The figures of all taken in.</summary>
    public QueueFigures Figures() => new()
    {
        QueueId = queue.QueueId,
        From = range.From,
        To = range.To,
        Bucket = size == BucketSize.Hour ? "hour" : "day",
        Counts = new OutcomeCounts
        {
            Created = created,
            Called = waits.Count,
            Served = Of(TicketStatus.Served),
            Cancelled = Of(TicketStatus.Cancelled),
            NoShow = Of(TicketStatus.NoShow),
            Transferred = Of(TicketStatus.Transferred),
            Expired = Of(TicketStatus.Expired),
            Waiting = Of(TicketStatus.Waiting) + Of(TicketStatus.Parked),
        },
        WaitTime = DurationFigures.Of(waits),
        ServiceTime = DurationFigures.Of(services),
        ServiceLevel = Share(withinTarget, waits.Count),
        Abandonment = Share(abandoned, created),
        NoShowRate = Share(Of(TicketStatus.NoShow), waits.Count),
        Throughput = [.. buckets.Concat(later.Values).Select(b => new ThroughputBucket(b.Start, b.Created, b.Called, b.Served))],
        PeakHours = [.. Week().Where(h => h.Created > 0)],
        Counters = [.. counters
            .Select(c => new CounterFigures(c.Key, c.Value.Served, DurationFigures.MeanOf(c.Value.Services)))
            .OrderByDescending(c => c.Served).ThenBy(c => c.Counter, StringComparer.Ordinal)],
    };

    private void AddServed(TicketFact fact)
    {
        if (fact.ServedAt is { } served) BucketAt(served).Served++;
        long? service = fact.ServiceTime() is { } span ? (long)span.TotalMilliseconds : null;
        if (service is { } known) services.Add(known);
        if (fact.Counter is not { } name) return;
        if (!counters.TryGetValue(name, out var counter)) counters[name] = counter = new Counter();
        counter.Served++;
        if (service is { } its) counter.Services.Add(its);
    }

    private Bucket BucketAt(DateTimeOffset instant)
    {
        if (instant < range.To)
        {
            var index = starts.BinarySearch(instant);
            return buckets[index >= 0 ? index : Math.Max(0, ~index - 1)];
        }

        var start = clock.Start(instant, size);
        if (start == starts[^1]) return buckets[^1];
        if (!later.TryGetValue(start, out var bucket)) later[start] = bucket = new Bucket(start);
        return bucket;
    }

    private IEnumerable<PeakHour> Week() =>
        from day in Enumerable.Range(1, DaysPerWeek).Select(d => d % DaysPerWeek)
        from hour in Enumerable.Range(0, HoursPerDay)
        select new PeakHour((WeekDay)day, hour, joined[day, hour]);

    private int Of(TicketStatus status) => statuses.GetValueOrDefault(status);

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;

    private sealed class Bucket(DateTimeOffset start)
    {
        public DateTimeOffset Start => start;

        public int Created { get; set; }

        public int Called { get; set; }

        public int Served { get; set; }
    }

    private sealed class Counter
    {
        public int Served { get; set; }

        public List<long> Services { get; } = [];
    }
}
