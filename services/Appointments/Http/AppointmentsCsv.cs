using System.Globalization;
using SmartQueue.Appointments.Domain;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Time;

namespace SmartQueue.Appointments.Http;

/// <summary>Appointments as a table, a row each, with who comes: what the list shows staff, to print, or to have while the system is
/// away.</summary>
internal static class AppointmentsCsv
{
    private static readonly (string Name, Action<Sheet, Appointment, TimeZoneInfo> Write)[] Columns =
    [
        ("branchId", (s, a, _) => s.Text(a.BranchId)),
        ("queue", (s, a, _) => s.Text(a.QueueName)),
        ("start", (s, a, z) => s.Time(a.Start, z)),
        ("end", (s, a, z) => s.Time(a.End, z)),
        ("status", (s, a, _) => s.Word(a.Status)),
        ("customerName", (s, a, _) => s.Text(a.CustomerName)),
        ("phone", (s, a, _) => s.Text(a.Phone)),
        ("email", (s, a, _) => s.Text(a.Email)),
        ("notes", (s, a, _) => s.Text(a.Notes)),
        ("language", (s, a, _) => s.Text(a.Language)),
        ("createdAt", (s, a, z) => s.Time(a.CreatedAt, z)),
        ("updatedAt", (s, a, z) => s.Time(a.UpdatedAt, z)),
        ("id", (s, a, _) => s.Text(a.Id)),
        ("timeZone", (s, _, z) => s.Text(z.Id)),
    ];

    /// <summary>Writes the file while the appointments are read.</summary>
    public static async Task WriteAsync(IAsyncEnumerable<Appointment> appointments, CultureInfo? culture, Stream stream)
    {
        await using var sheet = new Sheet(stream, culture);
        await sheet.HeadAsync(Columns.Select(c => c.Name));
        await foreach (var appointment in appointments)
        {
            var zone = ServiceCalendar.FindZone(appointment.TimeZone) ?? TimeZoneInfo.Utc;
            foreach (var (_, write) in Columns)
                write(sheet, appointment, zone);
            await sheet.NextAsync();
        }
    }
}
