using System.Diagnostics;
using System.Net;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>A disk that fills up under load, and one that nothing may be written to.</summary>
public sealed class DiskTests
{
    private const int Capacity = 8;
    private const int MaxRecalls = 3;

    private static readonly IReadOnlyDictionary<string, string> Unlimited = new Dictionary<string, string>
    {
        ["RATE_LIMIT_PER_ADDRESS"] = "0",
        ["RATE_LIMIT_PER_ACCOUNT"] = "0",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_is_full_under_load_loses_nothing_and_a_read_only_one_is_told_at_the_start()
    {
        using var folder = new TemporaryFolder();
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "smartqueue", folder.Path),
            "A disk of its own can be made by root on Linux only."
        );
        try
        {
            var port = Ports.Free(1)[0];
            var seed = Rounds.Seed(0);
            string queueId;
            int given;
            await using (var system = await SystemProcess.StartAsync(folder.Path, port, Unlimited))
            {
                using var staff = new SystemClient(system.Address);
                await staff.SignInAsync();
                queueId = await staff.DefineQueueAsync(
                    new
                    {
                        name = "Full",
                        maxActiveTickets = Capacity,
                        maxRecalls = MaxRecalls,
                    }
                );
                var empty = await staff.DefineQueueAsync(new { name = "Room", maxActiveTickets = 1000 });
                var load = new LineLoad([queueId], ["1", "2"], accounts: 0, (_, request) => staff.SendAsync(request));
                var running = Task.WhenAll(Enumerable.Range(0, 4).Select(c => load.RunAsync(40, new Random(seed + c))));
                await Eventually.TrueAsync(() => Task.FromResult(load.History.Count > 20));
                var ballast = Path.Combine(folder.Path, "ballast");
                Fill(ballast);
                await Eventually.TrueAsync(() => Task.FromResult(load.Repeats > 10));
                // In a line with room, where taking a number is always a change.
                await Eventually.TrueAsync(async () =>
                {
                    using var taken = await staff.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId = empty });
                    Assert.True(taken.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"{taken.StatusCode}");
                    return taken.StatusCode == HttpStatusCode.ServiceUnavailable;
                });
                File.Delete(ballast);
                await running.WaitAsync(TimeSpan.FromSeconds(90), Token);
                Rounds.Tell($"Seed {seed}: {load.History.Count} operations, {load.Repeats} were asked again.");
                load.IsLinearizable(Capacity, MaxRecalls, $"Seed {seed}");
                given = load.History.Count(o => o.Call is { Act: LineAct.Take, Refusal: null });
            }

            // Killed, and started again on what is on the disk.
            await using (var system = await SystemProcess.StartAsync(folder.Path, port, Unlimited))
            {
                using var staff = new SystemClient(system.Address);
                await staff.SignInAsync();
                var tickets = await staff.AllTicketsAsync(queueId);
                Assert.Equal(Enumerable.Range(1, given), tickets.Select(Load.NumberOf).Order());
                await staff.FiguresAsync(queueId, f => f.GetProperty("counts").GetProperty("created").GetInt32() == given);
            }

            Assert.True(await RunAsync("mount", "-o", "remount,ro", folder.Path));
            var (exitCode, errors) = await SystemProcess.FailAsync(folder.Path, port, Unlimited);
            Assert.NotEqual(0, exitCode);
            Assert.Contains("cannot be written", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", folder.Path);
        }
    }

    private static void Fill(string path)
    {
        var some = new byte[64 * 1024];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (some.Length > 0)
        {
            try
            {
                file.Write(some);
            }
            catch (IOException)
            {
                // No room for so much; for half of it there may be.
                some = new byte[some.Length / 2];
            }
        }
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
