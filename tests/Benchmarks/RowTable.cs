using System.Globalization;
using Spectre.Console;

namespace SmartQueue.Benchmarks;

/// <summary>The rows as people read them.</summary>
internal static class RowTable
{
    public static readonly IReadOnlyList<string> Columns = ["", "measured", "ours", "against", "ratio", "aim"];

    /// <summary>Writes a run to the console.</summary>
    public static void Write(Run run)
    {
        var table = new Table().AddColumns([.. Columns]).RoundedBorder();
        for (var i = 2; i < Columns.Count; i++)
            table.Columns[i].RightAligned();
        string? before = null;
        foreach (var row in run.Rows)
        {
            var cells = Cells(row);
            // The name once, above all of its rows.
            var name = cells[0] == before ? "" : cells[0];
            before = cells[0];
            table.AddRow([
                new Text(name),
                new Text(cells[1]),
                new Text(cells[2]),
                new Text(cells[3]),
                new Text(cells[4], row.IsMet == false ? new Style(Color.Red) : Style.Plain),
                new Text(cells[5]),
            ]);
        }

        // Where the output is a file or CI's log there is no width, and 80 would break every row.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
        foreach (var note in run.Notes)
            AnsiConsole.WriteLine(note);
    }

    /// <summary>The text of each column.</summary>
    public static IReadOnlyList<string> Cells(Row row) =>
        [
            row.Id.Split('.')[0],
            row.What,
            Text(row.Ours),
            $"{row.AgainstWhat} {Text(row.Against)}",
            Number(row.Ratio),
            row.Aim is { } aim ? $"{(row.Better == Better.Higher ? "≥" : "≤")} {Number(aim)}" : "",
        ];

    private static string Text(Figure figure) =>
        figure.Unit switch
        {
            "" => Number(figure.Value),
            "/s" => Number(figure.Value) + "/s",
            _ => $"{Number(figure.Value)} {figure.Unit}",
        };

    // Two or three digits that count.
    private static string Number(double value) =>
        value.ToString(
            value >= 100 ? "N0"
                : value >= 10 ? "0.#"
                : value >= 0.1 ? "0.##"
                : "0.####",
            CultureInfo.InvariantCulture
        );
}
