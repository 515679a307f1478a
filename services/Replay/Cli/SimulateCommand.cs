using System.Globalization;
using SmartQueue.Replay.Days;
using SmartQueue.Replay.Simulate;

namespace SmartQueue.Replay.Cli;

/// <summary><c>smartqueue simulate</c>: writes an office day made from a seed.</summary>
public static class SimulateCommand
{
    private const int DefaultCustomers = 600;
    private static readonly DateOnly DefaultDate = new(2026, 3, 2);

    /// <summary>Makes up a day of customers from a seed, and writes it to a file or to the output.</summary>
    /// <param name="args"><c>[--seed N] [--date YYYY-MM-DD] [--out FILE] [--customers N]</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0, or 2 for wrong arguments.</returns>
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
            var reader = new ArgumentReader(args, "--seed", "--date", "--out", "--customers");
            if (reader.Rest.Count > 0)
                throw new UsageException($"simulate takes no argument {reader.Rest[0]}; name the file with --out.");
            var seed = reader.Whole("--seed", 1, 0, int.MaxValue);
            var date = reader.Date("--date") ?? DefaultDate;
            var customers = reader.Whole("--customers", DefaultCustomers, 1, 1_000_000);
            cancellationToken.ThrowIfCancellationRequested();
            var rows = DaySimulator.Run(seed, date, customers);
            var comment = string.Create(
                CultureInfo.InvariantCulture,
                $"simulated, not recorded: smartqueue simulate --seed {seed} --date {date:yyyy-MM-dd} --customers {customers}"
            );
            if (reader.Text("--out") is not { } path)
            {
                await DayCsv.WriteAsync(environment.Output, comment, rows);
                return 0;
            }

            await using var file = Create(path);
            await DayCsv.WriteAsync(file, comment, rows);
            return 0;
        }
        catch (UsageException e)
        {
            await environment.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static StreamWriter Create(string path)
    {
        try
        {
            return new StreamWriter(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{path} cannot be written: {e.Message}");
        }
    }
}
