using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>A machine whose clock is set while people take numbers and are called.</summary>
public sealed class ClockTests
{
    private const int Takers = 4;
    private const int AcknowledgedBetweenJumps = 40;

    // Where Debian has it, and others.
    private static readonly string[] Libraries =
    [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
        "/usr/lib/faketime/libfaketimeMT.so.1",
    ];

    // Against the right time, in minutes. The last is ahead of all others, so that nothing has yet to happen when it is looked at.
    private static readonly int[] Offsets = [90, -60, 0, -120, 60, 100];

    [Fact]
    public async Task However_its_clock_is_set_under_load_each_number_is_given_once_and_the_line_keeps_its_order()
    {
        var library = Libraries.FirstOrDefault(File.Exists);
        if (library is null)
            Absent.Skip("There is no libfaketime (Debian package faketime).");
        using var folder = new TemporaryFolder();
        var clock = Path.Combine(folder.Path, "clock");
        await SetAsync(clock, 0);
        await using var system = await SystemProcess.StartAsync(
            Path.Combine(folder.Path, "data"),
            Ports.Free(1)[0],
            new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = library!,
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
                ["FAKETIME_CACHE_DURATION"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                ["JWT_EXPIRE"] = "24h",
                ["RATE_LIMIT_PER_ADDRESS"] = "0",
                ["GUEST_PLACES_PER_NETWORK"] = "0",
                ["GUEST_JOINS_PER_MINUTE"] = "0",
            }
        );
        using var staff = new SystemClient(system.Address);
        await staff.SignInAsync();
        // It is noon there, so that no day ends meanwhile.
        var hours = 12 - DateTimeOffset.UtcNow.Hour;
        var queueId = await staff.DefineQueueAsync(
            new
            {
                name = "Clock",
                prefix = "C",
                timeZone = hours == 0 ? "UTC" : $"Etc/GMT{-hours:+0;-0}",
                maxActiveTickets = 10_000,
            }
        );
        var acknowledged = new ConcurrentDictionary<string, string>();
        var called = new ConcurrentQueue<JsonElement>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Enumerable
            .Range(0, Takers)
            .Select(_ => Load.TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token, TimeSpan.FromMilliseconds(5)))
            .Append(Load.ServeUntilAsync(staff, queueId, stop.Token, TimeSpan.FromMilliseconds(5), called))
            .ToList();
        foreach (var minutes in Offsets)
        {
            await SetAsync(clock, minutes);
            await ShowsAsync(system.Address, minutes);
            await Load.MoreAsync(AcknowledgedBetweenJumps, acknowledged, load);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        await Load.AllIsThereAsync(staff, queueId, acknowledged);
        Load.AllCallsAreThere(await staff.AllTicketsAsync(queueId), called);
        Assert.True(called.Count > Offsets.Length, $"{called.Count} were called.");
    }

    private static async Task SetAsync(string clock, int minutes)
    {
        await File.WriteAllTextAsync(clock + ".next", string.Create(CultureInfo.InvariantCulture, $"{minutes * 60:+0;-0}\n"));
        File.Move(clock + ".next", clock, overwrite: true);
    }

    // By what its answers say.
    private static async Task ShowsAsync(Uri address, int minutes)
    {
        using var client = new HttpClient { BaseAddress = address };
        await Eventually.GetAsync(
            async () =>
            {
                using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
                return answer.Headers.Date - DateTimeOffset.UtcNow;
            },
            off => off is { } o && Math.Abs(o.TotalMinutes - minutes) < 1
        );
    }
}
