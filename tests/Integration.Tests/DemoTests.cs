using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>The command that makes up a town hall, as people start it.</summary>
public sealed partial class DemoTests
{
    private const int Days = 2;

    private static readonly string[] Closed = ["served", "cancelled", "no_show", "transferred", "expired"];

    [Fact]
    public async Task It_plays_its_days_through_the_whole_system_and_goes_on_live()
    {
        using var folder = new TemporaryFolder();
        var town = Path.Combine(folder.Path, "town");
        await using var demo = await StartAsync(town, "--days", $"{Days}");
        await Eventually.TrueAsync(() => Task.FromResult(demo.Output.Contains("Ctrl-C", StringComparison.Ordinal)));
        using var client = new SystemClient(demo.Address);
        await client.SignInAsync("admin@demo.invalid", Password().Match(demo.Output).Groups[1].Value);

        var branch = await client.GetAsync("/api/branches/main");
        Assert.Equal("Demo town hall", branch.GetProperty("name").GetString());
        var zone = TimeZoneInfo.FindSystemTimeZoneById(branch.GetProperty("timeZone").GetString()!);
        var queues = (await client.AllAsync("/api/queues?active=true")).Select(q => q.GetProperty("id").GetString()!).ToList();
        Assert.Equal(6, queues.Count);
        var tickets = (await Task.WhenAll(queues.Select(client.AllTicketsAsync))).SelectMany(t => t).ToList();

        var numbers = tickets.GroupBy(t => (DayOf(t, zone), t.GetProperty("ticketNumber").GetString()));
        Assert.All(numbers, n => Assert.Single(n.Select(t => t.GetProperty("visitId").GetString()).Distinct()));
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).DateTime);
        Assert.All(tickets.Where(t => DayOf(t, zone) < today), t => Assert.Contains(t.GetProperty("status").GetString(), Closed));
        var held = tickets.Where(t => t.GetProperty("status").GetString() is "called" or "serving");
        Assert.All(held.GroupBy(t => t.GetProperty("counterId").GetString()), c => Assert.Single(c));

        for (var day = today.AddDays(-Days); day < today; day = day.AddDays(1))
        {
            var served = tickets.Count(t => DayOf(t, zone) == day && t.GetProperty("status").GetString() == "served");
            Assert.InRange(served, 20, 150);
            await Eventually.GetAsync(() => ServedAsync(client, day, zone), count => count == served, TimeSpan.FromSeconds(30));
        }

        // Somebody comes soon, on any day of the week.
        var before = tickets.Count;
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(queues.Select(client.AllTicketsAsync))).Sum(t => t.Count) > before,
            TimeSpan.FromMinutes(2)
        );
        Assert.DoesNotContain(await client.AllAsync("/api/notifications?status=sent"), n => n.GetProperty("type").GetString() != "inapp");
        Assert.Equal(0, await demo.StopAsync());
        Assert.Equal("", demo.Errors);

        // Nothing but the demo serves it.
        var (exitCode, errors) = await SystemProcess.FailAsync(town, Ports.Free(1)[0]);
        Assert.Equal(1, exitCode);
        Assert.Contains("holds a demo", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_ends_it_while_it_plays_or_before_gets_no_complaint(int daysBegun)
    {
        using var folder = new TemporaryFolder();
        var town = Path.Combine(folder.Path, "town");
        await using var demo = SystemProcess.Launch(folder.Path, Ports.Free(1)[0], arguments: ["demo", "--folder", town]);
        await Eventually.TrueAsync(() =>
            Task.FromResult(Directory.Exists(town) && Regex.Count(demo.Output, "^Playing", RegexOptions.Multiline) >= daysBegun)
        );
        Assert.Equal(0, await demo.StopAsync());
        Assert.Equal("", demo.Errors);
    }

    [Fact]
    public async Task Every_page_says_that_it_is_one()
    {
        using var folder = new TemporaryFolder();
        await using var demo = await StartAsync(Path.Combine(folder.Path, "town"), "--days", "0");
        using var client = new HttpClient { BaseAddress = demo.Address };
        var page = await client.GetStringAsync(new Uri("/manage", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.SkipUnless(
            page.Contains("<html", StringComparison.Ordinal) && page.Contains("/assets/", StringComparison.Ordinal),
            "The pages are not built."
        );
        Assert.Contains("<html data-demo", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_other_data_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "tickets.db");
        await File.WriteAllTextAsync(file, "real", TestContext.Current.CancellationToken);
        var (exitCode, _, errors) = await SystemProcess.RunAsync(
            TimeSpan.FromMinutes(1),
            arguments: ["demo", "--folder", folder.Path, "--port", $"{Ports.Free(1)[0]}"]
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("not a demo", errors, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("real", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_data_folder_is_refused_although_there_is_nothing_in_it()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, errors) = await SystemProcess.RunAsync(
            TimeSpan.FromMinutes(1),
            new Dictionary<string, string> { ["SMARTQUEUE_DATA"] = folder.Path },
            "demo",
            "--folder",
            folder.Path
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("is the data folder", errors, StringComparison.Ordinal);
    }

    private static Task<SystemProcess> StartAsync(string town, params string[] arguments) =>
        SystemProcess.StartAsync(TimeSpan.FromMinutes(6), town + "-data", Ports.Free(1)[0], ["demo", "--folder", town, .. arguments]);

    private static DateOnly DayOf(JsonElement ticket, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(ticket.GetProperty("createdAt").GetDateTimeOffset(), zone).DateTime);

    private static async Task<int> ServedAsync(SystemClient client, DateOnly day, TimeZoneInfo zone)
    {
        var report = await client.GetAsync($"/api/analytics/report?from={Midnight(day, zone)}&to={Midnight(day.AddDays(1), zone)}");
        return report.GetProperty("total").GetProperty("counts").GetProperty("served").GetInt32();
    }

    private static string Midnight(DateOnly day, TimeZoneInfo zone) =>
        TimeZoneInfo
            .ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), zone)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("with (demo-[0-9a-f]+)")]
    private static partial Regex Password();
}
