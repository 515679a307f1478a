using SmartQueue.Replay.Days;
using SmartQueue.Replay.Play;
using Spectre.Console;

namespace SmartQueue.Replay.Cli;

/// <summary><c>smartqueue replay</c>: plays a day, or a constant rate, against a running system and checks what the system says of
/// it.</summary>
public static class ReplayCommand
{
    /// <summary>Plays the customers against a running system, as in the arguments, and prints what came of it.</summary>
    /// <param name="args">
    /// <c>FILE [--date YYYY-MM-DD] [--speed N]</c> or <c>--rate R --seconds S</c>, each with <c>[--url URL] [--email TEXT] [--password
    /// TEXT]</c>.
    /// </param>
    /// <param name="cancellationToken">Ends it with the tables so far.</param>
    /// <returns>0 if nothing failed and all figures agree, 1 otherwise, 2 for wrong arguments.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        RunAsync(args, CommandEnvironment.Process(), cancellationToken);

    internal static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        CommandEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var arguments = ReplayArguments.Read(args, environment.Variable);
            IRun run = arguments.File is { } file
                ? new DayRun(RecordedDay.Choose(await DayCsv.ReadFileAsync(file, cancellationToken), arguments.Date), arguments.Speed)
                : new RateRun(arguments.Rate, arguments.Seconds);
            return await PlayAsync(run, arguments, environment, cancellationToken);
        }
        catch (UsageException e)
        {
            await environment.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (ApiException e)
        {
            await environment.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await environment.Error.WriteLineAsync("Stopped before anything was played.");
            return 1;
        }
    }

    private static async Task<int> PlayAsync(
        IRun run,
        ReplayArguments arguments,
        CommandEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        var console = environment.CreateConsole();
        var tally = new Tally();
        using var api = new ApiClient(arguments, environment.Time, tally.Refuse);
        await api.SignInAsync(cancellationToken);
        var queues = await run.PrepareAsync(api, environment.Time, cancellationToken);
        console.WriteLine($"{run.Title}: {run.Customers} customers against {arguments.Url}");
        if (run.Note is { } note)
            console.WriteLine(note);

        var desk = new StepRunner(api, tally);
        IReadOnlyList<Finding> findings = [];
        var checkedAll = false;
        desk.Start();
        try
        {
            await ProgressDisplay.WhileAsync(
                console,
                environment.Redirected,
                run.Title,
                run.Customers,
                () => tally.Finished,
                run.PlayAsync(queues, desk, tally, cancellationToken)
            );
            desk.Stop();
            findings = await new Reconciliation(api, environment.Time).RunAsync(queues, environment.SettleLimit, cancellationToken);
            checkedAll = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            desk.Stop();
        }

        ReportTables.Totals(console, run.Plan, tally);
        ReportTables.Latency(console, tally);
        if (!checkedAll)
        {
            console.WriteLine("Stopped before the end; nothing was checked.");
            return 1;
        }

        console.WriteLine($"Speed: {run.Achieved(desk.Now, tally)}");
        ReportTables.Findings(console, findings);
        var agree = findings.All(f => f.Agrees);
        console.WriteLine(agree ? "✓ The system agrees with what was played." : "✗ The system does not agree with what was played.");
        return agree && tally.Failed == 0 ? 0 : 1;
    }
}
