using System.Globalization;
using System.IO.Compression;

namespace SmartQueue.Replay.Days;

/// <summary>The file format of days: a header, then one row per customer; lines that begin with <c>#</c> are comments.</summary>
internal static class DayCsv
{
    private const string Header = "queue,arrival_iso,call_iso,end_iso,outcome,priority,server";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";
    private const int Columns = 7;
    private const int MaxQueue = 100;
    private const int MaxServer = 20;

    /// <summary>Reads a <c>.csv</c> or <c>.csv.gz</c> file.</summary>
    /// <exception cref="UsageException">There is no such file, or a line of it is wrong.</exception>
    public static async Task<IReadOnlyList<DayRow>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            await using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress)
                : file;
            using var reader = new StreamReader(content);
            return await ReadAsync(reader, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UsageException($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads rows in the order of the file.</summary>
    /// <exception cref="UsageException">A line is wrong; the message has its number.</exception>
    public static async Task<IReadOnlyList<DayRow>> ReadAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<DayRow>();
        var headed = false;
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (headed)
                rows.Add(Row(line, number));
            else if (line == Header)
                headed = true;
            else
                throw Wrong(number, $"the header must be {Header}");
        }

        if (rows.Count == 0)
            throw new UsageException("The file has no rows.");
        return rows;
    }

    /// <summary>Writes rows under a comment.</summary>
    public static async Task WriteAsync(TextWriter writer, string comment, IEnumerable<DayRow> rows)
    {
        await writer.WriteAsync($"# {comment}\n{Header}\n");
        foreach (var row in rows)
            await writer.WriteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Queue},{Time(row.Arrival)},{(row.Call is { } call ? Time(call) : "")},{(row.End is { } end ? Time(end) : "")},{Word(row.Outcome)},{row.Priority},{row.Server}\n"
                )
            );
    }

    private static DayRow Row(string line, int number)
    {
        var fields = line.Split(',');
        if (fields.Length != Columns)
            throw Wrong(number, $"it has {fields.Length} columns, not {Columns}");
        if (fields[0].Length is 0 or > MaxQueue)
            throw Wrong(number, $"the queue must have 1 to {MaxQueue} characters");
        DateTime? call = fields[2].Length == 0 ? null : Time(fields[2], "call_iso", number);
        // Recordings lack the end of a service now and then.
        DateTime? end = fields[3].Length == 0 && call is not null ? null : Time(fields[3], "end_iso", number);
        DayOutcome outcome = fields[4] switch
        {
            "served" => DayOutcome.Served,
            "abandoned" => DayOutcome.Abandoned,
            "hung_in_service" => DayOutcome.HungInService,
            _ => throw Wrong(number, $"'{fields[4]}' is no outcome"),
        };
        if (!int.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out var priority))
            throw Wrong(number, "the priority must be a whole number");
        if (fields[6].Length > MaxServer)
            throw Wrong(number, $"the server must have at most {MaxServer} characters");
        var row = new DayRow(
            fields[0],
            Time(fields[1], "arrival_iso", number),
            call,
            end,
            outcome,
            priority,
            fields[6].Length == 0 ? null : fields[6]
        );
        if (outcome == DayOutcome.Abandoned != call is null)
            throw Wrong(number, "call_iso is blank exactly where the outcome is abandoned");
        if (row.End < (call ?? row.Arrival) || call < row.Arrival)
            throw Wrong(number, "the times must be in the order arrival, call, end");
        return row;
    }

    private static DateTime Time(string text, string column, int number) =>
        DateTime.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw Wrong(number, $"{column} must be a time such as 2026-03-02T08:15:00");

    private static string Time(DateTime time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Word(DayOutcome outcome) =>
        outcome switch
        {
            DayOutcome.Served => "served",
            DayOutcome.Abandoned => "abandoned",
            DayOutcome.HungInService => "hung_in_service",
        };

    private static UsageException Wrong(int number, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Line {number}: {what}."));
}
