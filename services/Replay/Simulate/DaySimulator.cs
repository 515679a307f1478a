using System.Globalization;
using SmartQueue.Replay.Days;

namespace SmartQueue.Replay.Simulate;

/// <summary>
/// An office day: arrivals with a morning and an afternoon peak, log-normal service, three queues that share the counters first come
/// first served, and customers who leave when their patience ends.
/// </summary>
internal static class DaySimulator
{
    private const int OpensAt = 8;
    private const int CustomersPerCounter = 100;
    private const int MinCounters = 3;
    private const double ServiceSpread = 0.8;
    private const double MeanPatience = 20 * 60;
    private const int LongestService = 60 * 60;

    // How many come in each hour from opening on, in proportion.
    private static readonly double[] Shape = [0.7, 1.2, 1.5, 1.4, 0.9, 0.8, 1.1, 1.0, 0.6];
    private static readonly Line[] Lines = [new("Payments", 0.45, 90), new("Documents", 0.4, 180), new("Advice", 0.15, 360)];

    /// <summary>A day of that many customers, in the order of arrival; the same for the same seed.</summary>
    public static IReadOnlyList<DayRow> Run(int seed, DateOnly date, int customers)
    {
        var random = new SplitMix((ulong)seed);
        var opening = date.ToDateTime(new TimeOnly(OpensAt, 0));
        var visits = new List<Visit>(customers);
        for (var i = 0; i < customers; i++)
        {
            var arrival = (int)((random.Pick(Shape) + random.Even()) * 3600);
            var line = Lines[random.Pick([.. Lines.Select(l => l.Share)])];
            var service = Math.Clamp((int)Math.Round(random.LogNormal(line.MedianService, ServiceSpread)), 1, LongestService);
            var patience = Math.Max(1, (int)Math.Round(random.Exponential(MeanPatience)));
            visits.Add(new Visit(i, arrival, line.Name, service, patience));
        }

        var freeAt = new int[Math.Max(MinCounters, (customers + CustomersPerCounter - 1) / CustomersPerCounter)];
        var rows = new List<DayRow>(customers);
        foreach (var visit in visits.OrderBy(v => v.Arrival).ThenBy(v => v.Order))
        {
            var counter = Array.IndexOf(freeAt, freeAt.Min());
            var call = Math.Max(visit.Arrival, freeAt[counter]);
            if (call - visit.Arrival > visit.Patience)
            {
                rows.Add(
                    new DayRow(visit.Queue, At(visit.Arrival), null, At(visit.Arrival + visit.Patience), DayOutcome.Abandoned, 0, null)
                );
                continue;
            }

            freeAt[counter] = call + visit.Service;
            rows.Add(
                new DayRow(
                    visit.Queue,
                    At(visit.Arrival),
                    At(call),
                    At(freeAt[counter]),
                    DayOutcome.Served,
                    0,
                    string.Create(CultureInfo.InvariantCulture, $"S{counter + 1}")
                )
            );
        }

        return rows;

        DateTime At(int second) => opening.AddSeconds(second);
    }

    private sealed record Line(string Name, double Share, double MedianService);

    private sealed record Visit(int Order, int Arrival, string Queue, int Service, int Patience);
}
