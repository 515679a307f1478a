using System.Globalization;

namespace SmartQueue.Estimates;

/// <summary>
/// One line and the counters that serve it, as its events tell, and what it has learned from them. Pure: no clock, no I/O, not thread-safe.
/// <para>
/// With fewer than <see cref="FewestServices"/> services seen, a promise is the queue-length predictor (services still to begin × mean
/// service ÷ open counters; Ibrahim and Whitt, "Real-Time Delay Estimation Based on Delay History", M&amp;SOM 11, 2009) with a wide range.
/// From then on it is read from the distribution a fit has learned of queue-length and delay features (Ang et al. 2016; see
/// <see cref="Calibration"/> for the levels). The middle lies above the median: waits are skewed, and a median is too short on average.
/// </para>
/// <para>
/// Which counters are open is known of those it is told of by <see cref="Open"/> and <see cref="Close"/>, and inferred of others from what
/// they do, as is which kinds each serves. One that serves though it is told to be closed is inferred again until it is told again.
/// </para>
/// </summary>
public sealed class LineModel(double usualService)
{
    /// <summary>With fewer services than this there is no fit.</summary>
    public const int FewestServices = 50;

    private const int FewestLessons = 100;
    private const int FewestOfKind = 100;
    private const int MostLessons = 8000;
    private const double Growth = 0.1;
    private const double ServiceMemory = 0.02;
    private const double PriorWeight = 5;
    private const double PatienceMemory = 0.9995;
    private const int MostSnapshots = 8;
    private const double SnapshotGrowth = 1.4;
    private static readonly TimeSpan FirstSnapshot = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Waiter> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderIndex<Waiter>> byKind = new(StringComparer.Ordinal);
    private readonly OrderIndex<Waiter> line = new(Waiter.InOrder);
    private readonly Dictionary<string, (CounterState? Counter, string? Kind, DateTimeOffset Since)> services = new(StringComparer.Ordinal);
    private readonly Dictionary<int, DurationSample> timesByKind = [];
    private readonly Dictionary<string, int> kinds = new(StringComparer.Ordinal);
    private readonly Learner[] learners = [new(PromiseStage.Joining), new(PromiseStage.Waiting)];
    private readonly PastRota rota = new(all: null);
    private readonly Random random = new(1);
    private double waitedSeconds;
    private double left;

    internal Dictionary<string, CounterState> Counters { get; } = new(StringComparer.Ordinal);

    internal Ring<DateTimeOffset> Calls { get; } = new(256);

    internal Ring<DateTimeOffset> Arrivals { get; } = new(256);

    internal Ring<DateTimeOffset> Leavings { get; } = new(128);

    internal Ring<(double Wait, int Kind, DateTimeOffset At)> Waits { get; } = new(300);

    internal double[] HourSums { get; } = new double[25];

    internal double[] HourCounts { get; } = new double[25];

    internal DurationSample Times { get; } = new();

    // From the end of a service to the counter's next one while people waited: notes to write, a break.
    internal DurationSample Pauses { get; } = new();

    /// <summary>Whether any counter was ever told to be open or closed.</summary>
    internal bool Told { get; private set; }

    internal double UsualService { get; } = usualService;

    /// <summary>The mean service time: the definition's at first, then more and more what was seen lately.</summary>
    public double MeanService { get; private set; } = usualService;

    /// <summary>How many services were seen to end.</summary>
    public int Services { get; private set; }

    /// <summary>How many are in line now; one who is called counts no more.</summary>
    public int Waiting => line.Count;

    /// <summary>How many are called or served.</summary>
    public int AtCounters => services.Count;

    /// <summary>Whether enough came to pass since the last fit that a new one is worth its second.</summary>
    public bool LearningDue => Services >= FewestServices && learners.Any(l => l.Due);

    /// <summary>Someone joins, or is put back.</summary>
    /// <param name="id">The ticket.</param>
    /// <param name="kind">What it waits for, where several kinds share the counters.</param>
    /// <param name="priority">Its priority, which the order counts in already.</param>
    /// <param name="order">Lower goes first.</param>
    /// <param name="at">When.</param>
    public void Join(string id, string kind, int priority, long order, DateTimeOffset at)
    {
        if (waiting.ContainsKey(id))
            return;
        var waiter = new Waiter(id, kind, KindOf(kind), priority, order, at);
        waiting.Add(id, waiter);
        line.Add(waiter);
        KindLine(kind).Add(waiter);
        Arrivals.Add(at);
    }

    /// <summary>Someone's place changes, and what they were promised for the old one is forgotten.</summary>
    public void Move(string id, int priority, long order)
    {
        if (!waiting.TryGetValue(id, out var waiter) || (waiter.Priority == priority && waiter.Order == order))
            return;
        Remove(waiter);
        // What was promised was promised for the old place.
        var moved = new Waiter(id, waiter.Kind, waiter.KindNumber, priority, order, waiter.Since);
        waiting.Add(id, moved);
        line.Add(moved);
        KindLine(moved.Kind).Add(moved);
    }

    /// <summary>Someone is called. Returns what they were promised and what came of it.</summary>
    public IReadOnlyList<KeptPromise> Call(string id, string? counter, DateTimeOffset at)
    {
        if (!waiting.TryGetValue(id, out var waiter))
            return [];
        Remove(waiter);
        Occupy(id, counter, waiter.Kind, at);
        var wait = (at - waiter.Since).TotalSeconds;
        Calls.Add(at);
        Waited(waiter, at, left: false);
        Waits.Add((wait, waiter.KindNumber, at));
        // Who finds a free counter needs no promise, and would teach that waits are short.
        if (wait < 1)
            return [];
        Remember(HourSums, HourCounts, waiter.Since.Hour, wait);
        var kept = new List<KeptPromise>();
        if (waiter.Joining is { } joining)
        {
            Keep(PromiseStage.Joining, joining);
            Teach(PromiseStage.Joining, joining);
        }

        // Checked at half the wait, but learned at any moment of it: at half the wait the answer is the time waited so far, and a fit that
        // only ever saw such moments would tell people just that.
        if (Nearest(waiter.Later, waiter.Since + (at - waiter.Since) / 2, (at - waiter.Since) / 4) is { } later)
            Keep(PromiseStage.Waiting, later);
        if (waiter.Seen is { } seen)
            Teach(PromiseStage.Waiting, seen);
        return kept;

        void Teach(PromiseStage stage, Snapshot snapshot) => learners[(int)stage].Learn(snapshot, (at - snapshot.At).TotalSeconds);

        void Keep(PromiseStage stage, Snapshot snapshot)
        {
            var rest = at - snapshot.At;
            kept.Add(new KeptPromise(stage, snapshot.Promise, rest));
            learners[(int)stage].Check(snapshot, rest.TotalSeconds);
        }
    }

    /// <summary>A counter serves someone who did not wait in this line.</summary>
    public void Occupy(string id, string? counter, string? kind, DateTimeOffset at)
    {
        CounterState? state = null;
        if (counter is not null)
        {
            if (!Counters.TryGetValue(counter, out state))
                Counters.Add(counter, state = new CounterState(UsualService, rota));
            if (state is { Awaited: true, BusySince: null })
                Pauses.Add((at - state.Last).TotalSeconds);
            state.Begin(kind is null ? null : KindOf(kind), at);
        }

        services[id] = (state, kind, at);
    }

    /// <summary>A service ends, or is broken off.</summary>
    /// <param name="id">The ticket.</param>
    /// <param name="at">When.</param>
    /// <param name="counts">Whether it tells how long services take.</param>
    public void End(string id, DateTimeOffset at, bool counts = true)
    {
        if (!services.Remove(id, out var service))
            return;
        var seconds = Math.Max(0, (at - service.Since).TotalSeconds);
        service.Counter?.End(service.Since, at, counts ? seconds : null, line.Count > 0);
        if (!counts || service.Kind is null)
            return;
        Services++;
        MeanService += Math.Max(ServiceMemory, 1 / (Services + PriorWeight)) * (seconds - MeanService);
        Times.Add(seconds);
        var kind = KindOf(service.Kind);
        if (!timesByKind.TryGetValue(kind, out var times))
            timesByKind.Add(kind, times = new DurationSample());
        times.Add(seconds);
    }

    /// <summary>A counter that serves this line opens: from now on it is counted on, however long nobody hears of it.</summary>
    public void Open(string counter, DateTimeOffset at)
    {
        Told = true;
        if (!Counters.TryGetValue(counter, out var state))
            Counters.Add(counter, state = new CounterState(UsualService, rota));
        state.Tell(open: true, at);
    }

    /// <summary>
    /// A counter closes, or its operator takes a break: it is not counted on, though it may finish whom it serves. Of one that was neither
    /// opened nor seen at work there is nothing to tell.
    /// </summary>
    public void Close(string counter, DateTimeOffset at)
    {
        if (!Counters.TryGetValue(counter, out var state))
            return;
        Told = true;
        state.Tell(open: false, at);
    }

    /// <summary>A counter has another name.</summary>
    public void Rename(string counter, string name)
    {
        if (Counters.Remove(counter, out var state))
            Counters[name] = state;
    }

    /// <summary>A counter is no more.</summary>
    public void Forget(string counter) => Counters.Remove(counter);

    /// <summary>Someone gives up while waiting; one who does not wait changes nothing.</summary>
    public void Leave(string id, DateTimeOffset at)
    {
        if (!waiting.TryGetValue(id, out var waiter))
            return;
        Remove(waiter);
        Leavings.Add(at);
        Waited(waiter, at, left: true);
    }

    /// <summary>What to promise someone who waits, and keep in mind; <c>null</c> if they do not.</summary>
    public Promise? PromiseTo(string id, DateTimeOffset at)
    {
        if (!waiting.TryGetValue(id, out var waiter))
            return null;
        var stage = at <= waiter.Since ? PromiseStage.Joining : PromiseStage.Waiting;
        var snapshot = Look(waiter, stage, at);
        if (stage == PromiseStage.Joining)
            waiter.Joining ??= snapshot;
        else
            waiter.Keep(snapshot, MostSnapshots);
        return snapshot.Promise;
    }

    /// <summary>What someone may be told, without keeping it in mind.</summary>
    /// <param name="id">The ticket; one that is not known to wait is taken for a newcomer.</param>
    /// <param name="kind">What it waits for.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="ahead">How many come first, as the one who asks knows for certain.</param>
    /// <param name="at">Now.</param>
    /// <param name="order">Where it is about to stand, if not where it does.</param>
    public Promise Estimate(string id, string kind, int priority, int ahead, DateTimeOffset at, long? order = null)
    {
        var known = waiting.GetValueOrDefault(id);
        var waiter =
            known is not null && (order is null || order == known.Order)
                ? known
                : new Waiter(id, kind, KindOf(kind), priority, order ?? long.MaxValue, known?.Since ?? at);
        return Look(waiter, at <= waiter.Since ? PromiseStage.Joining : PromiseStage.Waiting, at, ahead, keeps: false).Promise;
    }

    /// <summary>What someone who joins now may be told.</summary>
    public Promise PromiseNewcomer(string kind, int priority, DateTimeOffset at) =>
        Look(new Waiter("", kind, KindOf(kind), priority, long.MaxValue, at), PromiseStage.Joining, at, keeps: false).Promise;

    /// <summary>
    /// Looks at one of those who wait, so that waits are learned from at any moment of theirs, even if nobody asks. To be called as often
    /// as things happen in the line. Of all such moments of a wait one is kept, each as likely as the others (reservoir sampling), and a
    /// few more to check promises by.
    /// </summary>
    public void Sample(DateTimeOffset at)
    {
        if (line.Count == 0)
            return;
        var waiter = line.At(random.Next(line.Count));
        var waited = at - waiter.Since;
        if (waited < FirstSnapshot)
            return;
        var chosen = random.Next(++waiter.Moments) == 0;
        var checks = waiter.Later is not [.., var last] || waited >= (last.At - waiter.Since) * SnapshotGrowth;
        if (!chosen && !checks)
            return;
        var snapshot = Look(waiter, PromiseStage.Waiting, at);
        if (chosen)
            waiter.Seen = snapshot;
        if (checks)
            waiter.Keep(snapshot, MostSnapshots);
    }

    /// <summary>
    /// Begins a fit. The first function returned fits and may run elsewhere, beside anything; what it returns puts the fit to use and must
    /// run where the model is.
    /// </summary>
    public Func<Action> BeginLearning()
    {
        Times.Sort();
        Pauses.Sort();
        foreach (var times in timesByKind.Values)
            times.Sort();
        var fits = learners.Select(l => l.Begin()).ToList();
        return () =>
        {
            var ends = fits.Select(fit => fit()).ToList();
            return () => ends.ForEach(end => end());
        };
    }

    /// <summary>Fits to the end on this thread, where <see cref="BeginLearning"/> leaves that to the caller.</summary>
    public void Learn() => BeginLearning()()();

    /// <summary>The order of a waiting ticket; <c>null</c> if it does not wait.</summary>
    public long? OrderOf(string id) => waiting.TryGetValue(id, out var waiter) ? waiter.Order : null;

    /// <summary>How many come before a waiting ticket; <c>null</c> if it does not wait.</summary>
    public int? Ahead(string id) => waiting.TryGetValue(id, out var waiter) ? line.Rank(waiter) : null;

    /// <summary>The first in line, with their priorities, in calling order.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<(string Id, int Priority)> First(int most)
    {
        var first = new List<(string, int)>(Math.Min(most, line.Count));
        for (var rank = 0; rank < line.Count && rank < most; rank++)
        {
            var waiter = line.At(rank);
            first.Add((waiter.Id, waiter.Priority));
        }

        return first;
    }

    /// <summary>Since when the first in line waits; <c>null</c> if nobody does.</summary>
    public DateTimeOffset? HeadSince => line.Count == 0 ? null : line.At(0).Since;

    internal Waiter Head() => line.At(0);

    // The one who knows better how many are ahead may know of more than stand here.
    internal Waiter Before(int ahead) => line.At(Math.Min(ahead, line.Count) - 1);

    internal int AheadOfKind(Waiter waiter) => KindLine(waiter.Kind).Rank(waiter);

    internal DurationSample TimesOf(int? kind) =>
        kind is { } served && timesByKind.TryGetValue(served, out var times) && times.Count >= FewestOfKind ? times : Times;

    /// <summary>How likely someone in line still waits after some seconds.</summary>
    internal double StaysFor(double seconds) => waitedSeconds > 0 ? Math.Exp(-left / waitedSeconds * seconds) : 1;

    private void Waited(Waiter waiter, DateTimeOffset at, bool left)
    {
        waitedSeconds = waitedSeconds * PatienceMemory + (at - waiter.Since).TotalSeconds;
        this.left = this.left * PatienceMemory + (left ? 1 : 0);
    }

    // One that is not kept teaches nothing: where nothing was learned either, nobody reads its features, and it has none.
    private Snapshot Look(Waiter waiter, PromiseStage stage, DateTimeOffset at, int? known = null, bool keeps = true)
    {
        var ahead = known ?? line.Rank(waiter);
        var learner = learners[(int)stage];
        var counters = CountersNow.Of(this, waiter.KindNumber, at);
        var fits = Services >= FewestServices && learner.Knows(ahead);
        var features = fits || keeps ? LineFeatures.Of(this, counters, waiter, ahead, at) : [];
        var fitted = fits ? learner.At(features) : null;
        var spread = fitted ?? ByQueueLength(ahead, counters);
        var (low, middle, high) = fitted is null ? (0.1, 0.5, 0.9) : learner.Calibration.Levels(at.Hour);
        var told = Rounding.Nearest(spread.Quantile(middle));
        var promise = new Promise(
            told,
            Math.Min(told, Rounding.Down(spread.Quantile(low))),
            Math.Max(told, Rounding.Up(spread.Quantile(high))),
            ahead,
            fitted is null ? "low"
                : learner.Lessons >= 10 * FewestLessons ? "high"
                : "medium",
            Basis(ahead, Math.Max(counters.Open, 1), fitted is null ? null : learner.Lessons)
        );
        return new Snapshot(at, features, fitted, promise);
    }

    private WaitDistribution ByQueueLength(int ahead, CountersNow counters)
    {
        var toBegin = Math.Max(0, ahead + 1 - counters.FreeToCall);
        return WaitDistribution.Wide(toBegin * MeanService / Math.Max(1, counters.Open));
    }

    private string Basis(int ahead, int open, int? lessons) =>
        string.Create(CultureInfo.InvariantCulture, $"{ahead} ahead, {open} {(open == 1 ? "counter" : "counters")} at work, ")
        + (
            lessons is { } count ? string.Create(CultureInfo.InvariantCulture, $"learned from {count} waits in this line")
            : Services == 0 ? "the usual service time"
            : string.Create(CultureInfo.InvariantCulture, $"the last {Services} service times")
        );

    private static void Remember(double[] sums, double[] counts, int hour, double wait)
    {
        sums[hour] = sums[hour] * 0.999 + wait;
        counts[hour] = counts[hour] * 0.999 + 1;
        sums[24] += wait;
        counts[24]++;
    }

    private static Snapshot? Nearest(IReadOnlyList<Snapshot> snapshots, DateTimeOffset at, TimeSpan within)
    {
        var nearest = snapshots.MinBy(s => (s.At - at).Duration());
        return nearest is not null && (nearest.At - at).Duration() <= within ? nearest : null;
    }

    private int KindOf(string kind)
    {
        if (!kinds.TryGetValue(kind, out var number))
            kinds.Add(kind, number = Math.Min(kinds.Count, CounterState.MostKinds - 1));
        return number;
    }

    private OrderIndex<Waiter> KindLine(string kind)
    {
        if (!byKind.TryGetValue(kind, out var index))
            byKind.Add(kind, index = new OrderIndex<Waiter>(Waiter.InOrder));
        return index;
    }

    private void Remove(Waiter waiter)
    {
        waiting.Remove(waiter.Id);
        line.Remove(waiter);
        KindLine(waiter.Kind).Remove(waiter);
    }

    private sealed class Learner(PromiseStage stage)
    {
        private readonly Ring<TrainingExample> lessons = new(MostLessons);
        private Fit? fit;
        private int sinceFit;

        public Calibration Calibration { get; } = new();

        public int Lessons => lessons.Count;

        public bool Due => lessons.Count >= FewestLessons && sinceFit >= Math.Max(FewestLessons / 2, lessons.Count * Growth);

        public bool Knows(int ahead) => fit is { } f && ahead <= f.MostAhead;

        public WaitDistribution? At(float[] features) => fit?.Forest.At(features);

        public void Learn(Snapshot snapshot, double wait)
        {
            lessons.Add(new TrainingExample(snapshot.Features, wait));
            sinceFit++;
        }

        public void Check(Snapshot snapshot, double wait)
        {
            if (snapshot.WaitDistribution is { } spread)
                Calibration.Learn(snapshot.At.Hour, spread, snapshot.Promise, wait);
        }

        public Func<Action> Begin()
        {
            if (lessons.Count < FewestLessons)
                return () => () => { };
            sinceFit = 0;
            var batch = lessons.Newest().Reverse().ToList();
            // Once there are enough that know counters, they teach alone; before, all teach what they have in common. On joining a play of
            // the line answers just what is asked, and leaves little; from one who waits there is more to learn, that they were not called.
            var told = batch.Where(l => l.Features.Length > LineFeatures.Untold).ToList();
            var played = told.Count >= FewestLessons;
            if (played)
                batch = told;
            return () =>
            {
                // Where nobody has stood, nothing was learned.
                var mostAhead = (int)(batch.Max(l => l.Features[LineFeatures.Ahead]) * 1.5) + 5;
                var next = new Fit(new QuantileForest(batch, coarse: played && stage == PromiseStage.Joining), mostAhead);
                return () => fit = next;
            };
        }
    }

    private sealed record Fit(QuantileForest Forest, int MostAhead);
}
