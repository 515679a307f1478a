using SmartQueue.Testing;
using static SmartQueue.Gateway.Tests.WholeSystem;

namespace SmartQueue.Gateway.Tests;

public sealed class AppointmentGraphQlTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private const string Book =
        "mutation ($q: ID!, $s: String!) { bookAppointment(queueId: $q, start: $s, customerName: \"Ada\") { id token code } }";

    private readonly HttpClient admin = shared.Admin;
    private readonly HttpClient guest = shared.System.Process.Guest();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guest_books_reads_moves_and_cancels_with_the_token()
    {
        var queue = await QueueAsync(admin);
        var slots = (
            await DataAsync(
                guest,
                "query ($q: ID!) { slots(queueId: $q) { queueId timeZone items { start end left } } }",
                new { q = queue }
            )
        ).GetProperty("slots");
        Assert.Equal((queue, "UTC"), (slots.GetProperty("queueId").GetString(), slots.GetProperty("timeZone").GetString()));
        var (first, second) = (slots.GetProperty("items")[0], slots.GetProperty("items")[1]);
        Assert.Equal(2, first.GetProperty("left").GetInt32());
        Assert.Equal(second.GetProperty("start").GetString(), first.GetProperty("end").GetString());

        var booked = (
            await DataAsync(
                guest,
                """
                mutation ($q: ID!, $s: String!) { bookAppointment(queueId: $q, start: $s, customerName: "Ada", email: "ada@example.com",
                  notes: "By wheelchair", language: "de") { id token code start status email notes language ticketId outsideHours queue { name } } }
                """,
                new { q = queue, s = first.GetProperty("start").GetString() }
            )
        ).GetProperty("bookAppointment");
        var (id, token) = (booked.GetProperty("id").GetString(), booked.GetProperty("token").GetString());
        Assert.Equal(first.GetProperty("start").GetString(), booked.GetProperty("start").GetString());
        Assert.Equal(
            ("booked", "ada@example.com", "By wheelchair", "de", "Advice"),
            (Text("status"), Text("email"), Text("notes"), Text("language"), booked.GetProperty("queue").GetProperty("name").GetString())
        );

        var moved = await DataAsync(
            guest,
            "mutation ($id: ID!, $t: String, $s: String) { changeAppointment(id: $id, token: $t, start: $s, notes: \"\") { start notes customerName } }",
            new
            {
                id,
                t = token,
                s = second.GetProperty("start").GetString(),
            }
        );
        Assert.Equal(
            $$"""{"start":"{{second.GetProperty("start").GetString()}}","notes":null,"customerName":"Ada"}""",
            moved.GetProperty("changeAppointment").GetRawText()
        );
        var read = await DataAsync(
            guest,
            "query ($id: ID!, $t: String) { appointment(id: $id, token: $t) { start token code } foreign: appointment(id: $id, token: \"x\") { id } }",
            new { id, t = token }
        );
        Assert.Equal(
            $$$"""{"appointment":{"start":"{{{second.GetProperty("start").GetString()}}}","token":null,"code":null},"foreign":null}""",
            read.GetRawText()
        );

        var cancelled = await DataAsync(
            guest,
            "mutation ($id: ID!, $t: String) { cancelAppointment(id: $id, token: $t, reason: \"Ill\") { status } }",
            new { id, t = token }
        );
        Assert.Equal("""{"cancelAppointment":{"status":"cancelled"}}""", cancelled.GetRawText());

        string? Text(string member) => booked.GetProperty(member).GetString();
    }

    [Fact]
    public async Task What_is_refused_has_the_codes_and_fields_of_REST()
    {
        var queue = await QueueAsync(admin);
        var start = await FirstAsync(queue);
        var booked = (await DataAsync(guest, Book, new { q = queue, s = start })).GetProperty("bookAppointment");
        await DataAsync(guest, Book, new { q = queue, s = start });

        Assert.Equal("SLOT_TAKEN", await CodeAsync(guest, Book, new { q = queue, s = start }));
        Assert.Equal("QUEUE_NOT_FOUND", await CodeAsync(guest, Book, new { q = "none", s = start }));
        Assert.Equal("UNAUTHENTICATED", await CodeAsync(guest, "{ appointments { items { id } } }"));
        Assert.Equal(
            "APPOINTMENT_NOT_FOUND",
            await CodeAsync(
                guest,
                "mutation ($id: ID!) { cancelAppointment(id: $id, token: \"x\") { id } }",
                new { id = booked.GetProperty("id").GetString() }
            )
        );
        foreach (
            var (wrong, rule) in new[] { ("tomorrow", "RFC 3339"), (start.Replace(":00:00", ":07:00", StringComparison.Ordinal), "slot") }
        )
        {
            var answer = (await AskAsync(guest, Book, new { q = queue, s = wrong })).GetProperty("errors")[0].GetProperty("extensions");
            Assert.Equal("VALIDATION_FAILED", answer.GetProperty("code").GetString());
            Assert.Contains(rule, answer.GetProperty("errors").GetProperty("start")[0].GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_time_that_the_clocks_skip_is_refused_by_the_offset_it_was_written_with()
    {
        // In that night the clocks of Berlin went from 02:00 to 03:00.
        var queue = await QueueAsync(admin, "Europe/Berlin");

        var answer = (await AskAsync(guest, Book, new { q = queue, s = "2026-03-29T02:00:00+02:00" })).GetProperty("errors")[0];

        Assert.Contains(
            "skip",
            answer.GetProperty("extensions").GetProperty("errors").GetProperty("start")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_repeat_under_the_same_key_books_nothing_more()
    {
        var queue = await QueueAsync(admin);
        var start = await FirstAsync(queue);
        using var client = shared.System.Process.Guest();
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());

        var first = await DataAsync(client, Book, new { q = queue, s = start });
        Assert.Equal(first.GetRawText(), (await DataAsync(client, Book, new { q = queue, s = start })).GetRawText());

        var listed = await DataAsync(admin, "query ($q: ID) { appointments(queueId: $q) { items { id } } }", new { q = queue });
        Assert.Single(listed.GetProperty("appointments").GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Staff_list_them_by_queue_time_and_status_and_their_queues_cost_one_call()
    {
        await using var own = await StartAsync();
        var (boss, person) = (await own.AdminAsync(), own.Process.Guest());
        var (advice, visas) = (await QueueAsync(boss), await QueueAsync(boss, name: "Visas"));
        var starts = (await DataAsync(person, "query ($q: ID!) { slots(queueId: $q) { items { start } } }", new { q = advice }))
            .GetProperty("slots")
            .GetProperty("items")
            .EnumerateArray()
            .Select(s => s.GetProperty("start").GetString()!)
            .Take(3)
            .ToList();
        var last = (await DataAsync(person, Book, new { q = advice, s = starts[2] })).GetProperty("bookAppointment");
        await DataAsync(person, Book, new { q = visas, s = starts[1] });
        await DataAsync(person, Book, new { q = advice, s = starts[0] });
        await DataAsync(
            person,
            "mutation ($id: ID!, $t: String) { cancelAppointment(id: $id, token: $t) { id } }",
            new { id = last.GetProperty("id").GetString(), t = last.GetProperty("token").GetString() }
        );

        own.Calls.Clear();
        Assert.Equal(
            [$"{starts[0]} Advice booked", $"{starts[1]} Visas booked", $"{starts[2]} Advice cancelled"],
            await ListAsync("branchId: \"main\"")
        );
        Assert.Equal(["GET /api/appointments", "GET /api/queues"], own.Calls.Order(StringComparer.Ordinal));

        Assert.Equal([$"{starts[2]} Advice cancelled"], await ListAsync("status: cancelled"));
        Assert.Equal([$"{starts[1]} Visas booked"], await ListAsync($"queueId: \"{visas}\""));
        Assert.Equal([$"{starts[1]} Visas booked"], await ListAsync($"from: \"{starts[1]}\", to: \"{starts[2]}\""));
        Assert.Empty(await ListAsync("outsideHours: true"));
        var page = (await DataAsync(boss, "{ appointments(limit: 1) { items { start } nextCursor } }")).GetProperty("appointments");
        var next = page.GetProperty("nextCursor").GetString();
        Assert.Equal([$"{starts[1]} Visas booked", $"{starts[2]} Advice cancelled"], await ListAsync($"cursor: \"{next}\""));

        async Task<string[]> ListAsync(string filter)
        {
            var items = (await DataAsync(boss, $"{{ appointments({filter}) {{ items {{ start status queue {{ name }} }} }} }}"))
                .GetProperty("appointments")
                .GetProperty("items");
            return
            [
                .. items
                    .EnumerateArray()
                    .Select(a =>
                        $"{a.GetProperty("start").GetString()} {a.GetProperty("queue").GetProperty("name").GetString()} {a.GetProperty("status").GetString()}"
                    ),
            ];
        }
    }

    private async Task<string> FirstAsync(string queue) =>
        (await DataAsync(guest, "query ($q: ID!) { slots(queueId: $q) { items { start } } }", new { q = queue }))
            .GetProperty("slots")
            .GetProperty("items")[0]
            .GetProperty("start")
            .GetString()!;

    // One that the appointment service has heard of.
    private static async Task<string> QueueAsync(HttpClient boss, string timeZone = "UTC", string name = "Advice")
    {
        var made = await SendAsync(
            boss,
            HttpMethod.Post,
            "/api/queues",
            new
            {
                name,
                timeZone,
                booking = new { slotLength = 3600, places = 2 },
            }
        );
        var id = made.GetProperty("id").GetString()!;
        await Eventually.TrueAsync(async () =>
        {
            using var slots = await boss.GetAsync($"/api/queues/{id}/slots", Token);
            return slots.IsSuccessStatusCode;
        });
        return id;
    }
}
