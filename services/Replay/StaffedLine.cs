using System.Globalization;

namespace SmartQueue.Replay;

/// <summary>
/// Days of a line whose staffing is known, M(t)/LogN/s(t) with abandonment: Poisson arrivals whose rate follows the hours, log-normal
/// services, a rota that changes on the hour by a random count, patience that is exponential. First come is first served; a counter whose
/// shift ends finishes who it serves.
/// </summary>
internal sealed class StaffedLine
{
    /// <summary>The queue's name.</summary>
    public const string Queue = "line";

    /// <summary>The mean service time, seconds.</summary>
    public const double MeanService = MedianService * 1.3771;

    /// <summary>The first day.</summary>
    public static readonly DateOnly FirstDay = new(2026, 3, 2);

    private const double MedianService = 130;
    // exp(0.8² ÷ 2) = 1.3771
    private const double Breadth = 0.8;
    private const double MeanPatience = 600;
    private const int Opens = 8;
    private const int Hours = 10;
    private static readonly double[] Shape = [0.6, 1.0, 1.25, 1.3, 0.9, 0.8, 1.1, 1.15, 0.9, 0.5];
    private readonly Dictionary<(DateOnly Day, int Hour), int> staff = [];

    /// <summary>Makes that many days; the same for the same seed.</summary>
    public StaffedLine(int seed, int days)
    {
        var random = new SplitMix((ulong)seed);
        var visits = new List<LineVisit>();
        for (var day = 0; day < days; day++) Add(visits, FirstDay.AddDays(day), random);
        Visits = visits;
    }

    /// <summary>All visits.</summary>
    public IReadOnlyList<LineVisit> Visits { get; }

    /// <summary>How many counters work at a time.</summary>
    public int StaffAt(DateTimeOffset at) => staff.GetValueOrDefault((DateOnly.FromDateTime(at.DateTime), Math.Min(at.Hour, Opens + Hours - 1)));

    private void Add(List<LineVisit> visits, DateOnly date, SplitMix random)
    {
        var rota = new int[Hours];
        for (var hour = 0; hour < Hours; hour++)
        {
            rota[hour] = Math.Max(2, (int)Math.Round(Shape[hour] * 8 * (0.85 + 0.35 * random.Even())));
            staff[(date, Opens + hour)] = rota[hour];
        }

        var busyDay = 0.8 + 0.4 * random.Even();
        var opening = new DateTimeOffset(date.ToDateTime(new TimeOnly(Opens, 0)), TimeSpan.Zero);
        var freeAt = new double[rota.Max()];
        double now = 0;
        while (true)
        {
            // Thinning: candidates at the highest rate, kept as often as the hour's rate says.
            now += random.Exponential(MeanService / (8 * 1.3 * 1.2));
            if (now >= Hours * 3600) return;
            if (random.Even() > Shape[(int)(now / 3600)] * busyDay / (1.3 * 1.2)) continue;
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
            visits.Add(new LineVisit(
                id, Queue, true, visits.Count, At(now), At(call), At(call + service), string.Create(CultureInfo.InvariantCulture, $"C{counter + 1}")));
        }

        DateTimeOffset At(double seconds) => opening.AddSeconds(Math.Round(seconds));
    }

    // The counters of an hour are the first so many; one is free for a call from when it is both done and on duty.
    private static (int Counter, double Call) FirstFree(double[] freeAt, int[] rota, double now)
    {
        var best = (Counter: 0, Call: double.MaxValue);
        for (var counter = 0; counter < freeAt.Length; counter++)
        {
            var from = Math.Max(now, freeAt[counter]);
            while (from < Hours * 3600 && rota[(int)(from / 3600)] <= counter) from = ((int)(from / 3600) + 1) * 3600;
            // Past closing the last hour's counters serve who is still there.
            if (from >= Hours * 3600 && rota[^1] <= counter) continue;
            if (from < best.Call) best = (counter, from);
        }

        return best;
    }
}
