using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Tickets.Tests;

/// <summary>What of tickets is kept for a while only. Each start of the service is on another day.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> settings = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Who_a_guest_was_is_gone_thirty_days_after_their_ticket_closed_and_not_before()
    {
        string first;
        string second;
        await using (var tickets = await OnDayAsync(0))
            first = await CancelledAsync(tickets);
        await using (var tickets = await OnDayAsync(2))
            second = await CancelledAsync(tickets);
        await using (var tickets = await OnDayAsync(31))
        {
            var forgotten = await Eventually.GetAsync(() => ReadAsync(tickets, first), t => Name(t) is null);
            Assert.Equal(JsonValueKind.Null, forgotten.GetProperty("phone").ValueKind);
            Assert.Equal(JsonValueKind.Null, forgotten.GetProperty("email").ValueKind);
            Assert.Equal("cancelled", forgotten.GetProperty("status").GetString());
            Assert.Equal("Ada", Name(await ReadAsync(tickets, second)));
        }

        await using (var tickets = await OnDayAsync(33))
            await Eventually.GetAsync(() => ReadAsync(tickets, second), t => Name(t) is null);
    }

    [Fact]
    public async Task Switched_off_it_is_kept()
    {
        settings["CONTACT_RETENTION"] = "off";
        string kept;
        await using (var tickets = await OnDayAsync(0))
            kept = await CancelledAsync(tickets, key: "k");
        await using var later = await OnDayAsync(100);
        // What ended has been swept away: the answer to the key, which makes another ticket now.
        await Eventually.TrueAsync(async () => await CancelledAsync(later, key: "k") != kept);
        Assert.Equal("Ada", Name(await ReadAsync(later, kept)));
    }

    private Task<TicketsHost> OnDayAsync(int day) => TicketsHost.StartAsync(settings: settings, folder: folder, at: Some.Noon.AddDays(day));

    private static async Task<string> CancelledAsync(TicketsHost tickets, string? key = null)
    {
        var ticket = await tickets.TakeAsync(
            tickets.Operator,
            new
            {
                queueId = "q1",
                customerName = "Ada",
                phone = "+34600111222",
                email = "ada@example.org",
            },
            key
        );
        var id = ticket.GetProperty("id").GetString()!;
        await AnswerAsync(await SendAsync(tickets.Operator, HttpMethod.Delete, $"/api/tickets/{id}"), HttpStatusCode.OK);
        return id;
    }

    private static async Task<JsonElement> ReadAsync(TicketsHost tickets, string id) =>
        await AnswerAsync(await SendAsync(tickets.Operator, HttpMethod.Get, $"/api/tickets/{id}"));

    private static string? Name(JsonElement ticket) => ticket.GetProperty("customerName").GetString();
}
