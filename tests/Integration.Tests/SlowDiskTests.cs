using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>A disk that takes its time for each flush, under load, and one that takes far too long.</summary>
public sealed class SlowDiskTests
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
    public async Task A_disk_that_is_slow_under_load_loses_nothing_and_one_that_hangs_is_told_and_waited_for_by_nobody()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"),
            "Flushes are slowed down by strace, which is not here: apt-get install strace does it."
        );
        using var folder = new TemporaryFolder();
        var port = Ports.Free(1)[0];
        var seed = Rounds.Seed(0);
        List<string> queues = [];
        string other;
        int given;
        await using (var system = await SystemProcess.StartAsync(folder.Path, port, Unlimited))
        {
            using var staff = new SystemClient(system.Address);
            await staff.SignInAsync();
            foreach (var name in (string[])["Slow", "Slower"])
                queues.Add(
                    await staff.DefineQueueAsync(
                        new
                        {
                            name,
                            maxActiveTickets = Capacity,
                            maxRecalls = MaxRecalls,
                        }
                    )
                );
            other = await staff.DefineQueueAsync(new { name = "Hanging", maxActiveTickets = 1000 });
            var load = new LineLoad(queues, ["1", "2", "3"], accounts: 0, (_, request) => staff.SendAsync(request));
            foreach (var (delay, turn) in new[] { (50, 0), (300, 1) })
            {
                await using var slow = await SlowDisk.OfAsync(system, TimeSpan.FromMilliseconds(delay));
                var flushed = Stopwatch.StartNew();
                await staff.TakeAsync(other);
                // Else it proves nothing.
                Assert.True(flushed.ElapsedMilliseconds >= delay, $"A flush took {flushed.ElapsedMilliseconds} ms.");
                await RunAsync(load, seed + turn).WaitAsync(TimeSpan.FromSeconds(90), Token);
                Assert.Equal(0, load.Repeats);
            }

            string key;
            using var spare = new SystemClient(system.Address);
            await spare.SignInAsync();
            var running = Task.CompletedTask;
            await using (await SlowDisk.OfAsync(system, TimeSpan.FromMinutes(5)))
            {
                running = RunAsync(load, seed + 2);
                key = Guid.CreateVersion7().ToString();
                using var refused = await TakeAsync(spare, other, key).WaitAsync(TimeSpan.FromSeconds(30), Token);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.NotNull(refused.Headers.RetryAfter?.Delta);
                // What is on the disk is read as ever.
                await spare.GetAsync($"/api/queues/{other}/tickets");
                await Eventually.TrueAsync(() => Task.FromResult(load.Repeats > 2), TimeSpan.FromSeconds(60));
            }

            await running.WaitAsync(TimeSpan.FromSeconds(90), Token);
            using var taken = await TakeAsync(spare, other, key);
            Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
            var number = await taken.Content.ReadFromJsonAsync<JsonElement>(Token);
            Assert.Equal(3, Load.NumberOf(number));
            Rounds.Tell($"Seed {seed}: {load.History.Count} operations, {load.Repeats} were asked again.");
            load.IsLinearizable(Capacity, MaxRecalls, $"Seed {seed}");
            given = load.History.Count(o => o.Call is { Act: LineAct.Take, Refusal: null });
            await system.KillAsync();
        }

        await using var again = await SystemProcess.StartAsync(folder.Path, port, Unlimited);
        using var reader = new SystemClient(again.Address);
        await reader.SignInAsync();
        var visits = new HashSet<string>();
        foreach (var queue in queues)
            visits.UnionWith((await reader.AllTicketsAsync(queue)).Select(t => t.GetProperty("ticketNumber").GetString()!));
        Assert.Equal(given, visits.Count);
        Assert.Equal([1, 2, 3], (await reader.AllTicketsAsync(other)).Select(Load.NumberOf).Order());
    }

    private static Task RunAsync(LineLoad load, int seed) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(c => load.RunAsync(15, new Random((seed * 10) + c))));

    private static Task<HttpResponseMessage> TakeAsync(SystemClient client, string queueId, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/tickets") { Content = JsonContent.Create(new { queueId }) };
        request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    /// <summary>Holds up each flush of a process to the disk until it is disposed of.</summary>
    private sealed class SlowDisk : IAsyncDisposable
    {
        private readonly Process tracer;

        private SlowDisk(Process tracer) => this.tracer = tracer;

        public static async Task<SlowDisk> OfAsync(SystemProcess system, TimeSpan delay)
        {
            var start = new ProcessStartInfo("/usr/bin/strace") { RedirectStandardError = true };
            foreach (
                var argument in (string[])
                    [
                        "-f",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=fsync,fdatasync",
                        "-e",
                        string.Create(CultureInfo.InvariantCulture, $"inject=fsync,fdatasync:delay_enter={(long)delay.TotalMicroseconds}"),
                        "-p",
                        $"{system.Id}",
                    ]
            )
                start.ArgumentList.Add(argument);
            var slow = new SlowDisk(Process.Start(start)!);
            // It says how many threads it has, or why it may not have them.
            var said = await slow.tracer.StandardError.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token) ?? "";
            if (said.Contains(" attached", StringComparison.Ordinal))
                return slow;
            await slow.DisposeAsync();
            Assert.Skip($"strace may not watch other processes here: {said}");
            return slow;
        }

        public async ValueTask DisposeAsync()
        {
            // It lets go of the process then.
            using (var kill = Process.Start("kill", ["-INT", $"{tracer.Id}"]))
                await kill.WaitForExitAsync();
            await tracer.WaitForExitAsync();
            tracer.Dispose();
        }
    }
}
