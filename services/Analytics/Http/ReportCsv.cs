using System.Globalization;
using System.Text;
using SmartQueue.Analytics.Figures;

namespace SmartQueue.Analytics.Http;

/// <summary>
/// A report as CSV (RFC 4180): a line a queue, then one for all together. It begins with a byte order mark, by which spreadsheets know
/// UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
/// </summary>
internal static class ReportCsv
{
    private const string TotalName = "Total";

    private static readonly (string Name, Func<QueueFigures, object?> Value)[] Columns =
    [
        ("queueId", f => f.QueueId),
        ("name", f => f.Name ?? TotalName),
        ("from", f => f.From),
        ("to", f => f.To),
        ("created", f => f.Counts.Created),
        ("called", f => f.Counts.Called),
        ("served", f => f.Counts.Served),
        ("cancelled", f => f.Counts.Cancelled),
        ("noShow", f => f.Counts.NoShow),
        ("transferred", f => f.Counts.Transferred),
        ("expired", f => f.Counts.Expired),
        ("waiting", f => f.Counts.Waiting),
        ("waitMean", f => f.WaitTime.Mean),
        ("waitP50", f => f.WaitTime.P50),
        ("waitP90", f => f.WaitTime.P90),
        ("waitP95", f => f.WaitTime.P95),
        ("waitMax", f => f.WaitTime.Max),
        ("serviceMean", f => f.ServiceTime.Mean),
        ("serviceP50", f => f.ServiceTime.P50),
        ("serviceP90", f => f.ServiceTime.P90),
        ("serviceP95", f => f.ServiceTime.P95),
        ("serviceMax", f => f.ServiceTime.Max),
        ("serviceLevel", f => f.ServiceLevel),
        ("abandonment", f => f.Abandonment),
        ("noShowRate", f => f.NoShowRate),
        ("estimates", f => f.Estimates.Count),
        ("estimateError", f => f.Estimates.MeanAbsoluteError),
        ("estimateBias", f => f.Estimates.Bias),
        ("estimateCoverage", f => f.Estimates.Coverage),
        ("branchId", f => f.BranchId),
    ];

    /// <summary>The bytes of the file.</summary>
    public static byte[] Of(ReportFigures report)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(c => c.Name)).Append("\r\n");
        foreach (var figures in report.Queues.Append(report.Total))
            text.AppendJoin(',', Columns.Select(c => Cell(c.Value(figures)))).Append("\r\n");
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static string Cell(object? value) =>
        value switch
        {
            null => "",
            string text => Quoted(text),
            DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"A cell cannot hold a {value.GetType().Name}."),
        };

    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is ('=' or '+' or '-' or '@' or '\t' or '\r' or '\n') ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
