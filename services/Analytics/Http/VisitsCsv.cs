using System.Globalization;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Hosting.Http;

namespace SmartQueue.Analytics.Http;

/// <summary>Tickets as a table, a row each. No person is in it: neither who came nor who served, no account, no contact, no word of
/// staff.</summary>
internal static class VisitsCsv
{
    private static readonly (string Name, Action<Sheet, Visit, WallClock> Write)[] Columns =
    [
        ("branchId", (s, v, _) => s.Text(v.Queue.BranchId)),
        ("queue", (s, v, _) => s.Text(v.Queue.Name)),
        ("serviceDay", (s, v, _) => s.Text(v.Ticket.ServiceDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        ("ticketNumber", (s, v, _) => s.Text(v.Ticket.TicketNumber)),
        ("source", (s, v, _) => s.Word(v.Ticket.Source)),
        ("priority", (s, v, _) => s.Number(v.Ticket.Priority)),
        ("status", (s, v, _) => s.Word(v.Ticket.Status)),
        ("counter", (s, v, _) => s.Text(v.Ticket.Counter)),
        ("createdAt", (s, v, c) => s.Time(v.Ticket.CreatedAt, c.Zone)),
        ("queuedAt", (s, v, c) => s.Time(v.Ticket.QueuedAt, c.Zone)),
        ("calledAt", (s, v, c) => s.Time(v.Ticket.FirstCalledAt, c.Zone)),
        ("servingAt", (s, v, c) => s.Time(v.Ticket.ServingAt, c.Zone)),
        ("servedAt", (s, v, c) => s.Time(v.Ticket.ServedAt, c.Zone)),
        ("closedAt", (s, v, c) => s.Time(v.Ticket.ClosedAt, c.Zone)),
        ("waitTime", (s, v, _) => s.Number(v.Ticket.WaitTime()?.TotalSeconds)),
        ("serviceTime", (s, v, _) => s.Number(v.Ticket.ServiceTime()?.TotalSeconds)),
        ("estimatedWaitTime", (s, v, _) => s.Number(v.Ticket.Promise?.EstimatedWaitTime)),
        ("estimatedWaitLow", (s, v, _) => s.Number(v.Ticket.Promise?.Low)),
        ("estimatedWaitHigh", (s, v, _) => s.Number(v.Ticket.Promise?.High)),
        ("timeZone", (s, _, c) => s.Text(c.Name)),
        ("appointmentAt", (s, v, c) => s.Time(v.Ticket.AppointmentAt, c.Zone)),
    ];

    /// <summary>Writes the file while the tickets are read.</summary>
    public static async Task WriteAsync(IAsyncEnumerable<Visit> visits, CultureInfo? culture, Stream stream)
    {
        await using var sheet = new Sheet(stream, culture);
        await sheet.HeadAsync(Columns.Select(c => c.Name));
        var clocks = new Dictionary<string, WallClock>();
        await foreach (var visit in visits)
        {
            if (!clocks.TryGetValue(visit.Queue.TimeZone, out var clock))
                clocks[visit.Queue.TimeZone] = clock = new WallClock(visit.Queue.TimeZone);
            foreach (var (_, write) in Columns)
                write(sheet, visit, clock);
            await sheet.NextAsync();
        }
    }
}
