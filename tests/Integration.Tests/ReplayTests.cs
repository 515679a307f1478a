using System.IO.Compression;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>The command that plays a day, against the product as people start it.</summary>
public sealed class ReplayTests
{
    [Fact]
    public Task The_sample_day_ends_with_the_counts_of_its_file() =>
        PlayAsync("--speed", "3600", Path.Combine(SystemProcess.Root, "samples/day.csv"));

    [Fact]
    public async Task A_recorded_day_ends_with_the_counts_of_its_file()
    {
        var folder = Environment.GetEnvironmentVariable("SMARTQUEUE_TRACES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "SMARTQUEUE_TRACES names no folder of recorded days.");
        var file = Directory
            .EnumerateFiles(folder, "*.csv.gz")
            .Concat(Directory.EnumerateFiles(folder, "*.csv"))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        Assert.True(file is not null, $"No .csv or .csv.gz in {folder}.");
        await PlayAsync("--speed", "1200", "--date", await FirstDayAsync(file), file);
    }

    private static async Task<string> FirstDayAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        using var text = new StreamReader(
            file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream
        );
        var token = TestContext.Current.CancellationToken;
        var columns = (await text.ReadLineAsync(token))!.Split(',');
        return (await text.ReadLineAsync(token))!.Split(',')[Array.IndexOf(columns, "arrival_iso")][.."yyyy-MM-dd".Length];
    }

    private static async Task PlayAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        await PlayAsync(system.Address, arguments);
    }

    /// <summary>Plays a day on a system that runs; what it ends with must be what the file says.</summary>
    internal static async Task PlayAsync(Uri address, params string[] arguments)
    {
        var (exitCode, output, errors) = await SystemProcess.RunAsync(
            TimeSpan.FromMinutes(5),
            arguments: ["replay", .. arguments, "--url", address.ToString()]
        );
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("✓ The system agrees with what was played.", output);
    }
}
