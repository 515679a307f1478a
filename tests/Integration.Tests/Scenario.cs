using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>A queue's day in short, on whatever split of processes.</summary>
internal static class Scenario
{
    /// <summary>Who stays away is missed at once.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["APPOINTMENT_SWEEP_INTERVAL"] = "1s",
    };

    /// <summary>People take numbers, one is called and served, one cancels; a phone and a screen hear of it, analytics and notifications
    /// follow.</summary>
    public static async Task RunAsync(Uri address)
    {
        using var client = new SystemClient(address);
        await client.SignInAsync();
        var queueId = await client.DefineQueueAsync();
        var letter = (await client.GetAsync($"/api/queues/{queueId}")).GetProperty("prefix").GetString();

        var heard = new ConcurrentQueue<(string Message, JsonElement Body)>();
        await using var phone = new HubConnectionBuilder().WithUrl(new Uri(address, "/hubs/queue")).Build();
        foreach (var message in (string[])["queue:updated", "ticket:updated", "ticket:called"])
            phone.On<JsonElement>(message, body => heard.Enqueue((message, body)));
        await phone.StartAsync(TestContext.Current.CancellationToken);
        await phone.InvokeAsync("JoinQueue", queueId, TestContext.Current.CancellationToken);

        var first = await client.TakeAsync(queueId);
        var second = await client.TakeAsync(queueId);
        var third = await client.TakeAsync(queueId);
        Assert.Equal(
            [$"{letter}-1", $"{letter}-2", $"{letter}-3"],
            new[] { first, second, third }.Select(t => t.GetProperty("ticketNumber").GetString())
        );
        using var guest = new SystemClient(address);
        var token = second.GetProperty("trackingToken").GetString();
        var secondId = second.GetProperty("id").GetString()!;
        await phone.InvokeAsync("TrackTicket", secondId, token, TestContext.Current.CancellationToken);
        await HearsAsync(heard, "ticket:updated", b =>
            b.GetProperty("position").ValueKind == JsonValueKind.Number && b.GetProperty("position").GetInt32() == 2
        );

        var called = await client.CallNextAsync(queueId, "3");
        Assert.Equal(first.GetProperty("id").GetString(), called.GetProperty("id").GetString());
        await HearsAsync(heard, "ticket:called", b =>
            b.GetProperty("ticketNumber").GetString() == $"{letter}-1" && b.GetProperty("counter").GetString() == "3"
        );
        await HearsAsync(heard, "ticket:updated", b =>
            b.GetProperty("position").ValueKind == JsonValueKind.Number && b.GetProperty("position").GetInt32() == 1
        );
        await HearsAsync(heard, "queue:updated", b => b.GetProperty("currentTicketNumber").GetString() == $"{letter}-1");
        await client.MoveAsync(called.GetProperty("id").GetString()!, "served");
        await guest.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"/api/tickets/{secondId}?token={token}");
        await HearsAsync(heard, "ticket:updated", b => b.GetProperty("status").GetString() == "cancelled");

        await Eventually.GetAsync(
            () => client.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("statistics").GetProperty("servedToday").GetInt32() == 1
                && q.GetProperty("statistics").GetProperty("waiting").GetInt32() == 1
        );
        await client.FiguresAsync(queueId, a =>
            (
                a.GetProperty("counts").GetProperty("created").GetInt32(),
                a.GetProperty("counts").GetProperty("served").GetInt32(),
                a.GetProperty("counts").GetProperty("cancelled").GetInt32()
            ) == (3, 1, 1)
        );
        await Eventually.GetAsync(
            () => client.GetAsync("/api/notifications?limit=200"),
            n =>
                n.GetProperty("items")
                    .EnumerateArray()
                    .Any(i => i.GetProperty("message").GetString() == $"Your ticket {letter}-1 is now being served at counter 3")
        );
    }

    /// <summary>Somebody books and arrives, by the token and by the code, and is called in the line of those who did not book; what became of
    /// the ticket became of the appointment.</summary>
    public static async Task BookAsync(Uri address)
    {
        using var staff = new SystemClient(address);
        using var guest = new SystemClient(address);
        await staff.SignInAsync();
        var late = await BookLateAsync(staff, guest);
        var queueId = await staff.DefineQueueAsync(
            new
            {
                name = "Marriages",
                booking = new
                {
                    slotLength = 300,
                    early = 7200,
                    inARow = 1,
                },
            }
        );
        var booked = await guest.BookAsync(queueId);
        var (id, token) = (booked.GetProperty("id").GetString()!, booked.GetProperty("token").GetString());
        var walkIn = await guest.TakeAsync(queueId);

        var arrived = await guest.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{id}/arrive?token={token}");
        Assert.Equal(
            (id, 2, booked.GetProperty("start").GetString()),
            (
                arrived.GetProperty("id").GetString(),
                arrived.GetProperty("position").GetInt32(),
                arrived.GetProperty("appointmentAt").GetString()
            )
        );
        var again = await guest.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Post,
            "/api/appointments/arrive",
            new { code = booked.GetProperty("code").GetString() }
        );
        Assert.Equal(arrived.GetProperty("ticketNumber").GetString(), again.GetProperty("ticketNumber").GetString());
        await BecomesAsync("arrived");

        // Before its time only once nobody else waits.
        foreach (var ticket in (JsonElement[])[walkIn, arrived])
        {
            var called = await staff.CallNextAsync(queueId);
            Assert.Equal(ticket.GetProperty("id").GetString(), called.GetProperty("id").GetString());
            await staff.MoveAsync(called.GetProperty("id").GetString()!, "served");
        }

        await BecomesAsync("served");

        await Eventually.GetAsync(
            () => staff.GetAsync($"/api/appointments/{late}"),
            a => a.GetProperty("behind").GetInt32() >= 900,
            TimeSpan.FromMinutes(1)
        );
        await Eventually.GetAsync(
            () => staff.AllAsync("/api/notifications?branchId=main"),
            all => all.Any(n => n.GetProperty("template").GetString() == "appointment_behind")
        );

        Task BecomesAsync(string status) =>
            Eventually.GetAsync(
                () => guest.GetAsync($"/api/appointments/{id}?token={token}"),
                a => a.GetProperty("status").GetString() == status && a.GetProperty("ticketId").GetString() == id
            );
    }

    /// <summary>One books and is served, one books and stays away, one walks in. The time that nobody comes for is over in a minute or two:
    /// there is something else to do until then.</summary>
    /// <returns>Waits for that, and looks at their figures, by REST and by GraphQL.</returns>
    public static async Task<Func<Task>> BookForFiguresAsync(Uri address)
    {
        using var client = new SystemClient(address);
        await client.SignInAsync();
        var queueId = await client.DefineQueueAsync(
            new
            {
                name = "Births",
                booking = new
                {
                    slotLength = 60,
                    early = 7200,
                    late = 0,
                },
            }
        );
        var slots = await client.SlotsAsync(queueId);
        // Not one that begins while it is being booked.
        await client.BookAsync(queueId, First(TimeSpan.FromSeconds(5)));
        var booked = (await client.BookAsync(queueId, First(TimeSpan.FromMinutes(20)))).GetProperty("id").GetString()!;
        await client.TakeAsync(queueId);
        await client.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{booked}/arrive");
        for (var i = 0; i < 2; i++)
            await client.MoveAsync((await client.CallNextAsync(queueId, "8")).GetProperty("id").GetString()!, "served");

        return () => FiguresFollowAsync(address, queueId);

        string First(TimeSpan ahead) =>
            slots.First(s => DateTimeOffset.Parse(s, CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow + ahead);
    }

    private static async Task FiguresFollowAsync(Uri address, string queueId)
    {
        using var client = new SystemClient(address);
        await client.SignInAsync();
        // Days may end meanwhile.
        var range = $"from={DateTimeOffset.UtcNow.AddDays(-1):O}&to={DateTimeOffset.UtcNow.AddDays(1):O}".Replace("+", "%2B");
        var figures = await Eventually.GetAsync(
            async () => (await client.GetAsync($"/api/analytics/report?queueId={queueId}&{range}")).GetProperty("queues")[0],
            f =>
                f.GetProperty("appointments") is { ValueKind: JsonValueKind.Object } a
                && (Int(a, "served"), Int(a, "missed"), Int(a.GetProperty("walkIns"), "called")) == (1, 1, 1),
            TimeSpan.FromMinutes(3)
        );
        var appointments = figures.GetProperty("appointments");
        Assert.Equal(
            (2, 0, 1, 0, 0, 0, 0.5),
            (
                Int(appointments, "due"),
                Int(appointments, "expected"),
                Int(appointments, "arrived"),
                Int(appointments, "noShow"),
                Int(appointments, "left"),
                Int(appointments, "cancelled"),
                appointments.GetProperty("noShowRate").GetDouble()
            )
        );
        // They came long before their time, and were called before it.
        Assert.Equal((1, 0, 0), Arrivals(appointments.GetProperty("arrivals")));
        Assert.InRange(appointments.GetProperty("arrivals").GetProperty("meanDelay").GetDouble(), -22 * 60, -15 * 60);
        Assert.Equal(1, appointments.GetProperty("calledInTime").GetDouble());
        Assert.Equal(
            """{"called":1,"waitTime":{"mean":0,"p50":0,"p90":0,"p95":0,"max":0},"serviceLevel":1}""",
            appointments.GetProperty("booked").GetRawText()
        );
        Assert.Equal(2, Int(figures.GetProperty("counts"), "called"));

        const string waits = "{ called waitTime { mean p50 p90 p95 max } serviceLevel }";
        var answer = await client.ExpectAsync(
            HttpStatusCode.OK,
            HttpMethod.Post,
            "/graphql",
            new
            {
                query = $$"""
                query ($id: ID!, $from: DateTime, $to: DateTime) {
                  queueStatistics(queueId: $id, from: $from, to: $to) {
                    appointments {
                      due expected arrived served noShow left missed cancelled noShowRate
                      arrivals { early onTime late meanDelay } calledInTime booked {{waits}} walkIns {{waits}}
                    }
                  }
                }
                """,
                variables = new
                {
                    id = queueId,
                    from = DateTimeOffset.UtcNow.AddDays(-1),
                    to = DateTimeOffset.UtcNow.AddDays(1),
                },
            }
        );
        Assert.Equal(
            appointments.GetRawText(),
            answer.GetProperty("data").GetProperty("queueStatistics").GetProperty("appointments").GetRawText()
        );

        static int Int(JsonElement of, string name) => of.GetProperty(name).GetInt32();

        static (int Early, int OnTime, int Late) Arrivals(JsonElement of) => (Int(of, "early"), Int(of, "onTime"), Int(of, "late"));
    }

    // One who is served for an hour, and one who is expected in some minutes.
    private static async Task<string> BookLateAsync(SystemClient staff, SystemClient guest)
    {
        var queueId = await staff.DefineQueueAsync(
            new
            {
                name = "Estates",
                averageServiceTime = 3600,
                booking = new { slotLength = 300 },
            }
        );
        await guest.TakeAsync(queueId);
        await staff.CallNextAsync(queueId, "9");
        var booked = await guest.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/appointments",
            new
            {
                queueId,
                start = (await guest.SlotsAsync(queueId))[1],
                customerName = "Ada Byron",
                email = "ada@example.org",
            }
        );
        return booked.GetProperty("id").GetString()!;
    }

    private static Task HearsAsync(
        ConcurrentQueue<(string Message, JsonElement Body)> heard,
        string message,
        Func<JsonElement, bool> expected
    ) =>
        Eventually.GetAsync(
            () => Task.FromResult(string.Join('\n', heard.Select(h => h.Message + " " + h.Body.GetRawText()))),
            _ => heard.Any(h => h.Message == message && expected(h.Body))
        );
}
