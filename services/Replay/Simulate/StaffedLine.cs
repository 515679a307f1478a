using System.Globalization;
using SmartQueue.Replay.Evaluate;

namespace SmartQueue.Replay.Simulate;

/// <summary>
/// Days of a line whose staffing is known, M(t)/LogN/s(t) with abandonment: Poisson arrivals whose rate follows the hours, log-normal
/// services, a rota that changes on the hour by a random count, patience that is exponential. First come is first served; a counter whose
/// shift ends finishes who it serves.
/// </summary>
internal sealed class StaffedLine
{
    public const string Queue = "line";

    /// <summary>The mean service time, seconds.</summary>
    public const double MeanService = MedianService * 1.3771;

    public static readonly DateOnly FirstDay = new(2026, 3, 2);

    private const double MedianService = 130;

    // exp(0.8² ÷ 2) = 1.3771
    private const double Breadth = 0.8;
    private const double MeanPatience = 600;
    private const int Opens = 8;
    private const int Hours = 10;
    private const int OpenSeconds = Hours * 3600;
    private static readonly double[] Shape = [0.6, 1.0, 1.25, 1.3, 0.9, 0.8, 1.1, 1.15, 0.9, 0.5];
    private readonly Dictionary<DateOnly, int[]> rotas = [];
    private readonly List<CounterShift> shifts = [];

    /// <summary>Makes that many days; the same for the same seed.</summary>
    public StaffedLine(int seed, int days)
    {
        var random = new SplitMix((ulong)seed);
        var visits = new List<LineVisit>();
        for (var day = 0; day < days; day++)
            Add(visits, FirstDay.AddDays(day), random);
        Visits = visits;
    }

    public IReadOnlyList<LineVisit> Visits { get; }

    /// <summary>When counters open and close, in order: at opening, on the hour, and the last of them when the last one was called.</summary>
    public IReadOnlyList<CounterShift> Shifts => shifts;

    /// <summary>How many counters work in each hour of a day, from opening on.</summary>
    public IReadOnlyList<int> Rota(DateOnly day) => rotas[day];

    /// <summary>Seconds from opening to a time of the same day.</summary>
    public static double SinceOpening(DateTimeOffset at) => at.TimeOfDay.TotalSeconds - Opens * 3600;

    /// <summary>The name of a counter.</summary>
    public static string CounterName(int counter) => string.Create(CultureInfo.InvariantCulture, $"C{counter + 1}");

    /// <summary>
    /// Which counter is the first to call someone, and when. The counters of an hour are the first so many; one is free for a call from
    /// when it is both done and on duty. Past closing the last hour's counters serve who is still there.
    /// </summary>
    /// <param name="freeAt">When each counter is done, in seconds since opening.</param>
    /// <param name="rota">The day's.</param>
    /// <param name="now">Seconds since opening.</param>
    public static (int Counter, double Call) FirstFree(IReadOnlyList<double> freeAt, IReadOnlyList<int> rota, double now)
    {
        var best = (Counter: 0, Call: double.MaxValue);
        for (var counter = 0; counter < freeAt.Count; counter++)
        {
            var from = Math.Max(now, freeAt[counter]);
            while (from < OpenSeconds && rota[(int)(from / 3600)] <= counter)
                from = ((int)(from / 3600) + 1) * 3600;
            if (from >= OpenSeconds && rota[^1] <= counter)
                continue;
            if (from < best.Call)
                best = (counter, from);
        }

        return best;
    }

    private void Add(List<LineVisit> visits, DateOnly date, SplitMix random)
    {
        var rota = new int[Hours];
        for (var hour = 0; hour < Hours; hour++)
            rota[hour] = Math.Max(2, (int)Math.Round(Shape[hour] * 8 * (0.85 + 0.35 * random.Even())));
        rotas.Add(date, rota);
        var busyDay = 0.8 + 0.4 * random.Even();
        var opening = new DateTimeOffset(date.ToDateTime(new TimeOnly(Opens, 0)), TimeSpan.Zero);
        var freeAt = new double[rota.Max()];
        double now = 0;
        double lastCall = OpenSeconds;
        for (var hour = 0; hour < Hours; hour++)
            Shift(hour == 0 ? 0 : rota[hour - 1], rota[hour], hour * 3600);
        while (true)
        {
            // Thinning: candidates at the highest rate, kept as often as the hour's rate says.
            now += random.Exponential(MeanService / (8 * 1.3 * 1.2));
            if (now >= OpenSeconds)
                break;
            if (random.Even() > Shape[(int)(now / 3600)] * busyDay / (1.3 * 1.2))
                continue;
            var service = Math.Clamp(random.LogNormal(MedianService, Breadth), 2, 3600);
            var patience = Math.Max(1, random.Exponential(MeanPatience));
            var (counter, call) = FirstFree(freeAt, rota, now);
            var id = visits.Count.ToString(CultureInfo.InvariantCulture);
            if (call - now > patience)
            {
                visits.Add(new LineVisit(id, Queue, true, visits.Count, At(now), null, At(now + patience), null));
                continue;
            }

            freeAt[counter] = call + service;
            lastCall = Math.Max(lastCall, call);
            visits.Add(new LineVisit(id, Queue, true, visits.Count, At(now), At(call), At(call + service), CounterName(counter)));
        }

        Shift(rota[^1], 0, lastCall);

        void Shift(int before, int after, double seconds)
        {
            for (var counter = Math.Min(before, after); counter < Math.Max(before, after); counter++)
                shifts.Add(new CounterShift(At(seconds), CounterName(counter), after > before));
        }

        DateTimeOffset At(double seconds) => opening.AddSeconds(Math.Round(seconds));
    }
}
