using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>The commands on the storage, as people type them, beside real processes.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Phone = "+34600111222";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestClaim = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder.Path, "data");

    private string Restored => Path.Combine(folder.Path, "restored");

    private string Archive => Path.Combine(folder.Path, "backup.tar.gz");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_of_a_busy_system_goes_on_elsewhere_with_all_that_was_answered_and_tells_nobody_twice()
    {
        await using var phones = await PhoneNetwork.StartAsync();
        string queueId;
        string[] told;
        KeyValuePair<string, string>[] answered;
        int calledBefore;
        string keys;
        await using (var system = await SystemProcess.StartAsync(Data, Ports.Free(1)[0], Settings(phones)))
        {
            using var staff = new SystemClient(system.Address);
            await staff.SignInAsync();
            queueId = await staff.DefineQueueAsync(
                new
                {
                    name = "Hall",
                    prefix = "H",
                    maxActiveTickets = 10_000,
                }
            );
            told = await TellSomeAsync(system.Address, staff, phones, queueId);
            var acknowledged = new ConcurrentDictionary<string, string>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            Task[] load =
            [
                Load.TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token, Pause, Phone),
                Load.TakeUntilAsync(system.Address, queueId, acknowledged, stop.Token, Pause, Phone),
                Load.ServeUntilAsync(staff, queueId, stop.Token, Pause),
            ];
            await Load.MoreAsync(40, acknowledged, load);
            keys = (await staff.GetAsync("/.well-known/jwks.json")).GetRawText();
            calledBefore = (await staff.AllTicketsAsync(queueId)).Count(WasCalled);
            answered = [.. acknowledged];

            var (exitCode, output, errors) = await RunAsync(Data, "backup", "--out", Archive);

            Assert.True(exitCode == 0, errors);
            Assert.Contains("tickets.db", output, StringComparison.Ordinal);
            // The system never noticed: what is asked of it is still answered, by the same process.
            await Load.MoreAsync(40, acknowledged, load);
            await stop.CancelAsync();
            await Task.WhenAll(load);
            await system.KillAsync();
        }

        await using var later = await PhoneNetwork.StartAsync();
        Assert.Equal(0, (await RunAsync(Restored, "restore", Archive)).ExitCode);
        await using var again = await SystemProcess.StartAsync(Restored, Ports.Free(1)[0], Settings(later));
        using var client = new SystemClient(again.Address);
        // Tokens from before stay good.
        Assert.Equal(keys, (await client.GetAsync("/.well-known/jwks.json")).GetRawText());
        await client.SignInAsync();
        var tickets = await client.AllTicketsAsync(queueId);
        var byId = tickets.ToDictionary(Load.IdOf);
        Assert.All(answered, a => Assert.Equal(a.Value, byId[a.Key].GetProperty("ticketNumber").GetString()));
        Assert.Equal(Enumerable.Range(1, tickets.Count), tickets.Select(NumberOf).Order());
        Assert.InRange(tickets.Count(WasCalled), calledBefore, int.MaxValue);
        Assert.Equal(tickets.Count + 1, NumberOf(await client.TakeAsync(queueId)));

        var called = tickets.Where(WasCalled).Select(Load.IdOf).Order().ToList();
        await client.FiguresAsync(
            queueId,
            a =>
                (a.GetProperty("counts").GetProperty("created").GetInt32(), a.GetProperty("counts").GetProperty("called").GetInt32())
                == (tickets.Count + 1, called.Count),
            Limit
        );
        await Eventually.GetAsync(
            () => client.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("statistics").GetProperty("waiting").GetInt32()
                == 1 + tickets.Count(t => t.GetProperty("status").GetString() == "waiting"),
            Limit
        );
        await Eventually.GetAsync(() => Metrics.SumAsync(again.Address, "smartqueue_outbox_pending"), pending => pending == 0, Limit);
        await Eventually.GetAsync(
            async () => string.Join('\n', (await CalledMessagesAsync(client)).Select(m => $"{m.TicketId} {m.Status}").Order()),
            m => m == string.Join('\n', called.Select(c => $"{c} sent")),
            // One that was being sent at that moment is claimed until its lease ends.
            LongestClaim
        );
        // It does send, each once, and nothing of what had been sent before the backup.
        Assert.Equal(told.Length, told.Distinct().Count());
        Assert.Empty(later.Keys.Intersect(told));
        Assert.Equal(later.Keys.Distinct().Count(), later.Keys.Count);
        Assert.NotEmpty(await TellSomeAsync(again.Address, client, later, queueId));
    }

    [Fact]
    public async Task Killed_in_the_middle_it_leaves_no_file_and_the_system_unharmed()
    {
        await using var system = await SystemProcess.StartAsync(Data, Ports.Free(1)[0]);
        using var staff = new SystemClient(system.Address);
        await staff.SignInAsync();
        var queueId = await staff.DefineQueueAsync();
        await staff.TakeAsync(queueId);
        // Long enough to be killed in, since nothing packs it.
        await File.WriteAllBytesAsync(Path.Combine(Data, "recording.csv"), RandomNumberGenerator.GetBytes(32 * 1024 * 1024), Token);

        // Once the stores are packed: the first of it is written out.
        await SystemProcess.KillWhenAsync(
            () => Directory.EnumerateFiles(folder.Path, "archive", SearchOption.AllDirectories).Any(f => new FileInfo(f).Length > 0),
            new Dictionary<string, string> { ["SMARTQUEUE_DATA"] = Data },
            "backup",
            "--out",
            Archive
        );

        Assert.False(File.Exists(Archive));
        Assert.Equal("A-2", (await staff.TakeAsync(queueId)).GetProperty("ticketNumber").GetString());
        File.Delete(Path.Combine(Data, "recording.csv"));
        Assert.Equal(0, (await RunAsync(Data, "backup", "--out", Archive)).ExitCode);
    }

    [Fact]
    public async Task Status_and_the_check_of_an_upgrade_tell_what_is_pending_and_change_nothing()
    {
        await UpgradeTests.UnpackAsync("0.1", Data);
        var before = Contents();

        var status = await RunAsync(Data, "status");
        var check = await RunAsync(Data, "upgrade", "--check");

        Assert.Equal((0, ""), (status.ExitCode, status.Errors));
        Assert.Contains($"tickets: file {Data}/tickets.db, version 0; this SmartQueue knows ", status.Output, StringComparison.Ordinal);
        Assert.Contains("to version 1: Tables as of 0.1", status.Output, StringComparison.Ordinal);
        Assert.Equal((2, ""), (check.ExitCode, check.Errors));
        Assert.Contains(
            $"tickets.db will be upgraded, and is kept as it is in {Data}/tickets.db.v0",
            check.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(before, Contents());

        Assert.Equal(0, (await RunAsync(Data, "upgrade")).ExitCode);

        Assert.Equal(5, Directory.GetFiles(Data, "*.db.v0").Length);
        Assert.Equal((0, "Nothing is pending.\n", ""), await RunAsync(Data, "upgrade", "--check"));
        Assert.DoesNotContain("to version", (await RunAsync(Data, "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_a_later_version_is_told_and_not_upgraded()
    {
        await UpgradeTests.UnpackAsync("0.1", Data);
        UpgradeTests.Execute(Path.Combine(Data, "tickets.db"), "PRAGMA user_version = 1000");
        var before = Contents();

        foreach (
            var command in (string[][])
                [
                    ["status"],
                    ["upgrade", "--check"],
                    ["upgrade"],
                ]
        )
        {
            var (exitCode, _, errors) = await RunAsync(Data, command);
            Assert.Equal(1, exitCode);
            Assert.Contains(
                "tickets.db is of version 1000, and this SmartQueue knows ",
                Assert.Single(errors.Trim().Split('\n')),
                StringComparison.Ordinal
            );
        }

        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Beside_a_running_system_the_commands_look_and_do_not_touch()
    {
        Assert.Equal(2, (await RunAsync(Data, "upgrade", "--check")).ExitCode);
        Assert.False(Directory.Exists(Data));
        await using var system = await SystemProcess.StartAsync(Data, Ports.Free(1)[0]);

        Assert.DoesNotContain("to version", (await RunAsync(Data, "status")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(Data, "upgrade", "--check")).ExitCode);
        var upgrade = await RunAsync(Data, "upgrade");
        Assert.Equal(1, upgrade.ExitCode);
        Assert.Contains(
            "is in use by another SmartQueue process.",
            Assert.Single(upgrade.Errors.Trim().Split('\n')),
            StringComparison.Ordinal
        );
    }

    private static Dictionary<string, string> Settings(PhoneNetwork phones) =>
        new()
        {
            ["SMS_WEBHOOK_URL"] = phones.Url,
            ["SMS_WEBHOOK_SECRET"] = "a secret of some length",
            ["RATE_LIMIT_PER_ADDRESS"] = "0",
            ["NOTIFICATIONS_PER_ADDRESS"] = "0",
        };

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(string data, params string[] command) =>
        SystemProcess.RunAsync(Limit, new Dictionary<string, string> { ["SMARTQUEUE_DATA"] = data }, command);

    private static bool WasCalled(JsonElement ticket) => ticket.GetProperty("status").GetString() is "called" or "serving" or "served";

    private static int NumberOf(JsonElement ticket) =>
        int.Parse(ticket.GetProperty("ticketNumber").GetString()!.AsSpan(2), CultureInfo.InvariantCulture);

    // Calls people by phone, and waits until the service knows that they were told; returns the keys of the messages.
    private static async Task<string[]> TellSomeAsync(Uri address, SystemClient staff, PhoneNetwork phones, string queueId)
    {
        using var guest = new SystemClient(address);
        var before = (await CalledMessagesAsync(staff)).Count(m => m.Status == "sent");
        for (var i = 0; i < 5; i++)
        {
            await guest.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/tickets", new { queueId, phone = Phone });
            await staff.ExpectAsync(
                HttpStatusCode.OK,
                HttpMethod.Post,
                $"/api/queues/{queueId}/call-next",
                new { counter = "1", complete = true }
            );
        }

        await Eventually.GetAsync(() => CalledMessagesAsync(staff), m => m.Count(c => c.Status == "sent") >= before + 5, Limit);
        return [.. phones.Keys];
    }

    private static async Task<IReadOnlyList<(string TicketId, string Status)>> CalledMessagesAsync(SystemClient staff) =>
        [
            .. (await staff.AllAsync("/api/notifications?type=sms"))
                .Where(n => n.GetProperty("template").GetString() == "called")
                .Select(n => (n.GetProperty("ticketId").GetString()!, n.GetProperty("status").GetString()!)),
        ];

    private string[] Contents() =>
        [
            .. Directory
                .EnumerateFiles(Data, "*", SearchOption.AllDirectories)
                .Order()
                .Select(f => $"{f} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}"),
        ];
}
