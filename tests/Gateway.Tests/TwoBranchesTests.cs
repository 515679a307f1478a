using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

/// <summary>Two houses in two zones, over the night in which the clocks of one of them change.</summary>
public sealed class TwoBranchesTests
{
    private const string Closed = "closed";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_branch_opens_closes_and_numbers_by_its_own_clock_and_its_staff_see_no_other()
    {
        var time = new FakeTimeProvider(Utc("2026-03-28T15:30:00Z"));
        await using var system = await WholeSystem.StartAsync(time: time);
        var madrid = await House.BuildAsync(system, "Madrid", "Europe/Madrid");
        var boston = await House.BuildAsync(system, "Boston", "America/New_York");

        // Saturday: 16:30 in Madrid, 11:30 in Boston, and the same letter in each.
        Assert.Equal(["A-1", "A-1", "A-2"], [await madrid.VisitAsync(), await boston.VisitAsync(), await boston.VisitAsync()]);
        Assert.Equal(Utc("2026-03-28T16:00:00Z"), await madrid.ToldAsync("closesAt"));
        Assert.Equal(Utc("2026-03-28T21:00:00Z"), await boston.ToldAsync("closesAt"));

        // Sunday: the clocks of Madrid have gone forward, those of Boston did three weeks ago.
        time.SetUtcNow(Utc("2026-03-29T06:59:00Z"));
        Assert.Equal([Closed, Closed], [await madrid.VisitAsync(), await boston.VisitAsync()]);
        Assert.Equal(Utc("2026-03-29T07:00:00Z"), await madrid.ToldAsync("opensAt"));
        Assert.Equal(Utc("2026-03-29T13:00:00Z"), await boston.ToldAsync("opensAt"));
        time.SetUtcNow(Utc("2026-03-29T07:00:00Z"));
        Assert.Equal(["A-1", Closed], [await madrid.VisitAsync(), await boston.VisitAsync()]);
        time.SetUtcNow(Utc("2026-03-29T14:59:00Z"));
        Assert.Equal(["A-2", "A-1"], [await madrid.VisitAsync(), await boston.VisitAsync()]);
        time.SetUtcNow(Utc("2026-03-29T15:00:00Z"));
        Assert.Equal([Closed, "A-2"], [await madrid.VisitAsync(), await boston.VisitAsync()]);

        using var staff = system.Process.WithToken(await system.BoundAsync(Roles.Operator, boston.BranchId));
        var tickets = (await WholeSystem.SendAsync(staff, HttpMethod.Get, "/api/tickets")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(4, tickets.Count);
        Assert.All(tickets, t => Assert.Equal(boston.BranchId, t.GetProperty("branchId").GetString()));
        await Eventually.TrueAsync(async () => await QueuesAsync(staff) is [var only] && only == boston.QueueId);
        using var admin = await system.AdminAsync();
        await Eventually.TrueAsync(async () => (await QueuesAsync(admin)).Count == 2);
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<string>> QueuesAsync(HttpClient client) =>
        [
            .. (await WholeSystem.SendAsync(client, HttpMethod.Get, "/api/analytics/report"))
                .GetProperty("queues")
                .EnumerateArray()
                .Select(q => q.GetProperty("queueId").GetString()!),
        ];

    private sealed record House(WholeSystem System, string BranchId, string QueueId)
    {
        public static async Task<House> BuildAsync(WholeSystem system, string name, string timeZone)
        {
            using var admin = await system.AdminAsync();
            var openingHours = Enum.GetNames<WeekDay>()
                .Select(day => new
                {
                    day,
                    opens = "09:00",
                    closes = "17:00",
                });
            var branch = await WholeSystem.SendAsync(
                admin,
                HttpMethod.Post,
                "/api/branches",
                new
                {
                    name,
                    timeZone,
                    openingHours,
                }
            );
            var branchId = branch.GetProperty("id").GetString()!;
            var queue = await WholeSystem.SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Desk", branchId });
            return new House(system, branchId, queue.GetProperty("id").GetString()!);
        }

        /// <summary>Somebody takes a number, and leaves so that it is nobody's the day after.</summary>
        public async Task<string> VisitAsync()
        {
            using var guest = System.Process.Guest();
            using var answer = await guest.PostAsJsonAsync("/api/tickets", new { queueId = QueueId }, Token);
            if (answer.StatusCode == HttpStatusCode.Conflict)
                return Closed;
            var ticket = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
            guest.DefaultRequestHeaders.Add("X-Tracking-Token", ticket.GetProperty("trackingToken").GetString());
            await WholeSystem.SendAsync(guest, HttpMethod.Delete, $"/api/tickets/{ticket.GetProperty("id").GetString()}");
            return ticket.GetProperty("ticketNumber").GetString()!;
        }

        /// <summary>A time that its page tells.</summary>
        public async Task<DateTimeOffset> ToldAsync(string member)
        {
            using var guest = System.Process.Guest();
            return (await WholeSystem.SendAsync(guest, HttpMethod.Get, $"/api/branches/{BranchId}"))
                .GetProperty(member)
                .GetDateTimeOffset();
        }
    }
}
