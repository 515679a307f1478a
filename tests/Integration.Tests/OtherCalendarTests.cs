using System.Net;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>A calendar's parser that is not ours, against one process.</summary>
public sealed class OtherCalendarTests
{
    private const string Zone = "Europe/Berlin";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ical_js_reads_the_right_instants_and_hours_around_the_next_two_switches_and_from_a_feed()
    {
        using var folder = new TemporaryFolder();
        await using var system = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        using var staff = new SystemClient(system.Address);
        await staff.SignInAsync();
        var now = TimeProvider.System.GetUtcNow();
        var calendars = new List<object>();

        var passports = await DefineAsync(staff, "Passports");
        foreach (var change in ClockChanges.Of(TimeZoneInfo.FindSystemTimeZoneById(Zone), now.AddDays(2)).Take(2))
        {
            var booked = await BookAsync(staff, passports, change.AddDays(-1), change.AddDays(1));
            Assert.InRange(booked.Count, 20, 30);
            foreach (var appointment in booked)
                calendars.Add(
                    await ExpectedAsync(staff, $"/api/appointments/{appointment.GetProperty("id").GetString()}.ics", appointment)
                );
        }

        var visas = await DefineAsync(staff, "Visas");
        var soon = await BookAsync(staff, visas, now.AddDays(1), now.AddDays(3));
        Assert.NotEmpty(soon);
        var feed = await staff.ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/appointments/feeds",
            new { branchId = "main", queueId = visas }
        );
        using var anyone = new SystemClient(system.Address);
        calendars.Add(await ExpectedAsync(anyone, new Uri(feed.GetProperty("link").GetString()!).AbsolutePath, [.. soon]));

        var file = Path.Combine(folder.Path, "calendars.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { calendars }), Token);
        await NodeClients.RunAsync("calendar.mjs", file);
    }

    private static Task<string> DefineAsync(SystemClient client, string name) =>
        client.DefineQueueAsync(
            new
            {
                name,
                timeZone = Zone,
                booking = new
                {
                    slotLength = 1800,
                    horizon = 366,
                    hours = Enum.GetNames<DayOfWeek>()
                        .Select(day => new
                        {
                            day = day.ToLowerInvariant(),
                            opens = "00:00",
                            closes = "06:00",
                        }),
                },
            }
        );

    private static async Task<IReadOnlyList<JsonElement>> BookAsync(
        SystemClient client,
        string queueId,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        // The queue's definition comes by an event.
        var slots = await Eventually.GetAsync(
            async () =>
            {
                var path = $"/api/queues/{queueId}/slots?from={from.UtcDateTime:s}Z&to={to.UtcDateTime:s}Z";
                using var answer = await client.SendAsync(HttpMethod.Get, path);
                return (answer.StatusCode, Text: await answer.Content.ReadAsStringAsync(Token));
            },
            answer => answer.StatusCode == HttpStatusCode.OK
        );
        var booked = new List<JsonElement>();
        foreach (var slot in JsonDocument.Parse(slots.Text).RootElement.GetProperty("items").EnumerateArray())
            booked.Add(
                await client.ExpectAsync(
                    HttpStatusCode.Created,
                    HttpMethod.Post,
                    "/api/appointments",
                    new
                    {
                        queueId,
                        start = slot.GetProperty("start").GetString(),
                        customerName = "Ada",
                    }
                )
            );
        return booked;
    }

    private static async Task<object> ExpectedAsync(SystemClient client, string path, params IReadOnlyList<JsonElement> appointments)
    {
        using var answer = await client.SendAsync(HttpMethod.Get, path);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return new
        {
            text,
            zone = Zone,
            appointments = appointments.Select(a => new
            {
                id = a.GetProperty("id").GetString(),
                start = a.GetProperty("start").GetString(),
                end = a.GetProperty("end").GetString(),
            }),
        };
    }
}
