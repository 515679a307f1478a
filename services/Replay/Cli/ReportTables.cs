using System.Globalization;
using SmartQueue.Replay.Days;
using SmartQueue.Replay.Play;
using Spectre.Console;

namespace SmartQueue.Replay.Cli;

/// <summary>The tables at the end of a run.</summary>
internal static class ReportTables
{
    private const string Nothing = "–";

    /// <summary>What was played and what came of it.</summary>
    public static void Totals(IAnsiConsole console, Figures plan, Tally tally)
    {
        var table = New("", "issued", "called", "served", "abandoned", "refused", "failed");
        table.AddRow("to play", Text(plan.Created), Text(plan.Called), Text(plan.Served), Text(plan.Cancelled), "", "");
        table.AddRow(
            "played",
            Text(tally.Accepted(StepKind.Take)),
            Text(tally.Accepted(StepKind.Call)),
            Text(tally.Accepted(StepKind.Serve)),
            Text(tally.Accepted(StepKind.Cancel)),
            Text(tally.Refused),
            tally.Failed == 0 ? "0" : $"[red]{Text(tally.Failed)}[/]"
        );
        console.Write(table);
        if (tally.Failures.Count == 0)
            return;
        var failures = New("failed", "code", "times");
        foreach (var (kind, code, count) in tally.Failures)
            failures.AddRow(Name(kind), Markup.Escape(code), Text(count));
        console.Write(failures);
    }

    /// <summary>How long the accepted steps took.</summary>
    public static void Latency(IAnsiConsole console, Tally tally)
    {
        var table = New("latency (ms)", "count", "p50", "p99", "max");
        foreach (var kind in Enum.GetValues<StepKind>())
        {
            if (tally.Percentiles(kind, 0.5, 0.99, 1) is { } times)
                table.AddRow([
                    Name(kind),
                    Text(tally.Accepted(kind)),
                    .. times.Select(t => t.ToString("0.0", CultureInfo.InvariantCulture)),
                ]);
        }

        console.Write(table);
    }

    /// <summary>What each part of the system says, under what it should say.</summary>
    public static void Findings(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        var table = New("queue", "says", "created", "called", "served", "cancelled", "waiting", "");
        foreach (var queue in findings.GroupBy(f => f.Queue))
        {
            var plan = queue.Key.Plan;
            table.AddRow(
                Markup.Escape(queue.Key.Name),
                "played",
                Text(plan.Created),
                Text(plan.Called),
                Text(plan.Served),
                Text(plan.Cancelled),
                Text(plan.Waiting),
                ""
            );
            foreach (var finding in queue)
            {
                var told = finding.Figures;
                table.AddRow(
                    "",
                    Markup.Escape(finding.Problem is null ? finding.Source : $"{finding.Source}: {finding.Problem}"),
                    Told(told.Created, plan.Created),
                    Told(told.Called, plan.Called),
                    Told(told.Served, plan.Served),
                    Told(told.Cancelled, plan.Cancelled),
                    Told(told.Waiting, plan.Waiting),
                    finding.Agrees ? "[green]✓[/]" : "[red]✗[/]"
                );
            }
        }

        console.Write(table);
    }

    private static Table New(string first, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (var column in columns)
            table.AddColumn(column is "says" or "code" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        return table;
    }

    private static string Told(int? told, int? planned) =>
        told is null ? Nothing
        : told == planned ? Text(told)
        : $"[red]{Text(told)}[/]";

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? Nothing;

    private static string Name(StepKind kind) =>
        kind switch
        {
            StepKind.Take => "take",
            StepKind.Call => "call",
            StepKind.Serve => "serve",
            StepKind.Cancel => "cancel",
        };
}
