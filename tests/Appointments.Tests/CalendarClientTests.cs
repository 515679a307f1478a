using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Appointments.Tests;

/// <summary>The calendars in a parser that is not ours.</summary>
public sealed class CalendarClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    public async Task A_parser_that_is_not_ours_reads_the_right_instants_and_hours_around_both_switches(string zone)
    {
        var hours = Enum.GetValues<WeekDay>().Select(d => new OpeningInterval(d, new TimeOnly(0, 0), new TimeOnly(6, 0)));
        var queue = Some.Queue(zone, slotLength: 1800, hours: [.. hours]);
        var calendars = new List<object>();
        foreach (var change in ClockChanges.Of(TimeZoneInfo.FindSystemTimeZoneById(zone), Some.Now).Take(2))
        {
            var time = new FakeTimeProvider(change.AddDays(-14));
            await using var host = await ServiceHost.StartAsync([new AppointmentsModule()], time);
            await host.Services.GetRequiredService<IAppointmentStore>().SaveQueueAsync(new QueueCopy(queue.Id, 1, queue), Token);
            using var staff = host.SignedIn("op", Roles.Operator, "main");
            var booked = new List<JsonElement>();
            foreach (var start in await SlotsAsync(staff, change.AddDays(-1), change.AddDays(1)))
            {
                booked.Add(
                    await AnswerAsync(
                        await SendAsync(
                            staff,
                            HttpMethod.Post,
                            "/api/appointments",
                            new
                            {
                                queueId = queue.Id,
                                start,
                                customerName = "Ada",
                            }
                        ),
                        HttpStatusCode.Created
                    )
                );
                var path = $"/api/appointments/{Text(booked[^1], "id")}.ics";
                calendars.Add(Expected(await staff.GetStringAsync(path, Token), zone, booked[^1]));
            }

            Assert.InRange(booked.Count, 20, 40);
            var link = Text(
                await AnswerAsync(
                    await SendAsync(staff, HttpMethod.Post, "/api/appointments/feeds", new { branchId = "main" }),
                    HttpStatusCode.Created
                ),
                "link"
            );
            calendars.Add(Expected(await host.Guest().GetStringAsync(new Uri(link).AbsolutePath, Token), zone, [.. booked]));
        }

        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "calendars.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { calendars }), Token);
        await NodeClients.RunAsync("calendar.mjs", file);
    }

    private static async Task<IEnumerable<string>> SlotsAsync(HttpClient client, DateTimeOffset from, DateTimeOffset to)
    {
        var slots = await AnswerAsync(
            await SendAsync(client, HttpMethod.Get, $"/api/queues/q1/slots?from={from.UtcDateTime:s}Z&to={to.UtcDateTime:s}Z")
        );
        return slots.GetProperty("items").EnumerateArray().Select(s => Text(s, "start"));
    }

    private static object Expected(string text, string zone, params IReadOnlyList<JsonElement> appointments) =>
        new
        {
            text,
            zone,
            appointments = appointments.Select(a => new
            {
                id = Text(a, "id"),
                start = Text(a, "start"),
                end = Text(a, "end"),
            }),
        };
}
