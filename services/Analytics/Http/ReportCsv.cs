using System.Globalization;
using SmartQueue.Analytics.Figures;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Http;

/// <summary>A report as a table: a row a queue, then one for all together.</summary>
internal static class ReportCsv
{
    private const string TotalName = "Total";

    private static readonly (string Name, Action<Sheet, QueueFigures> Write)[] Columns =
    [
        ("queueId", (s, f) => s.Text(f.QueueId)),
        ("name", (s, f) => s.Text(f.Name ?? TotalName)),
        ("from", (s, f) => s.Time(f.From, new WallClock(f.TimeZone).Zone)),
        ("to", (s, f) => s.Time(f.To, new WallClock(f.TimeZone).Zone)),
        ("created", (s, f) => s.Number(f.Counts.Created)),
        ("called", (s, f) => s.Number(f.Counts.Called)),
        ("served", (s, f) => s.Number(f.Counts.Served)),
        ("cancelled", (s, f) => s.Number(f.Counts.Cancelled)),
        ("noShow", (s, f) => s.Number(f.Counts.NoShow)),
        ("transferred", (s, f) => s.Number(f.Counts.Transferred)),
        ("expired", (s, f) => s.Number(f.Counts.Expired)),
        ("waiting", (s, f) => s.Number(f.Counts.Waiting)),
        ("waitMean", (s, f) => s.Number(f.WaitTime.Mean)),
        ("waitP50", (s, f) => s.Number(f.WaitTime.P50)),
        ("waitP90", (s, f) => s.Number(f.WaitTime.P90)),
        ("waitP95", (s, f) => s.Number(f.WaitTime.P95)),
        ("waitMax", (s, f) => s.Number(f.WaitTime.Max)),
        ("serviceMean", (s, f) => s.Number(f.ServiceTime.Mean)),
        ("serviceP50", (s, f) => s.Number(f.ServiceTime.P50)),
        ("serviceP90", (s, f) => s.Number(f.ServiceTime.P90)),
        ("serviceP95", (s, f) => s.Number(f.ServiceTime.P95)),
        ("serviceMax", (s, f) => s.Number(f.ServiceTime.Max)),
        ("serviceLevel", (s, f) => s.Number(f.ServiceLevel)),
        ("abandonment", (s, f) => s.Number(f.Abandonment)),
        ("noShowRate", (s, f) => s.Number(f.NoShowRate)),
        ("estimates", (s, f) => s.Number(f.Estimates.Count)),
        ("estimateError", (s, f) => s.Number(f.Estimates.MeanAbsoluteError)),
        ("estimateBias", (s, f) => s.Number(f.Estimates.Bias)),
        ("estimateCoverage", (s, f) => s.Number(f.Estimates.Coverage)),
        ("branchId", (s, f) => s.Text(f.BranchId)),
        ("timeZone", (s, f) => s.Text(f.TimeZone)),
        ("appointmentsDue", (s, f) => s.Number(f.Appointments?.Due)),
        ("appointmentsExpected", (s, f) => s.Number(f.Appointments?.Expected)),
        ("appointmentsArrived", (s, f) => s.Number(f.Appointments?.Arrived)),
        ("appointmentsServed", (s, f) => s.Number(f.Appointments?.Served)),
        ("appointmentsNoShow", (s, f) => s.Number(f.Appointments?.NoShow)),
        ("appointmentsLeft", (s, f) => s.Number(f.Appointments?.Left)),
        ("appointmentsMissed", (s, f) => s.Number(f.Appointments?.Missed)),
        ("appointmentsCancelled", (s, f) => s.Number(f.Appointments?.Cancelled)),
        ("appointmentsNoShowRate", (s, f) => s.Number(f.Appointments?.NoShowRate)),
        ("arrivedEarly", (s, f) => s.Number(f.Appointments?.Arrivals.Early)),
        ("arrivedOnTime", (s, f) => s.Number(f.Appointments?.Arrivals.OnTime)),
        ("arrivedLate", (s, f) => s.Number(f.Appointments?.Arrivals.Late)),
        ("arrivalMeanDelay", (s, f) => s.Number(f.Appointments?.Arrivals.MeanDelay)),
        ("bookedCalledInTime", (s, f) => s.Number(f.Appointments?.CalledInTime)),
        .. WaitsOf("booked", a => a.Booked),
        .. WaitsOf("walkIn", a => a.WalkIns),
    ];

    private static IEnumerable<(string Name, Action<Sheet, QueueFigures> Write)> WaitsOf(
        string kind,
        Func<AppointmentFigures, WaitFigures> of
    )
    {
        yield return (kind + "Called", (s, f) => s.Number(Of(f)?.Called));
        yield return (kind + "WaitMean", (s, f) => s.Number(Of(f)?.WaitTime.Mean));
        yield return (kind + "WaitP50", (s, f) => s.Number(Of(f)?.WaitTime.P50));
        yield return (kind + "WaitP90", (s, f) => s.Number(Of(f)?.WaitTime.P90));
        yield return (kind + "WaitP95", (s, f) => s.Number(Of(f)?.WaitTime.P95));
        yield return (kind + "WaitMax", (s, f) => s.Number(Of(f)?.WaitTime.Max));
        yield return (kind + "ServiceLevel", (s, f) => s.Number(Of(f)?.ServiceLevel));

        WaitFigures? Of(QueueFigures figures) => figures.Appointments is { } appointments ? of(appointments) : null;
    }

    /// <summary>Writes the file.</summary>
    public static async Task WriteAsync(ReportFigures report, CultureInfo? culture, Stream stream)
    {
        await using var sheet = new Sheet(stream, culture);
        await sheet.HeadAsync(Columns.Select(c => c.Name));
        foreach (var figures in report.Queues.Append(report.Total))
        {
            foreach (var (_, write) in Columns)
                write(sheet, figures);
            await sheet.NextAsync();
        }
    }
}
