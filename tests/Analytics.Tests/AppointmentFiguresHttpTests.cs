using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

/// <summary>What the service tells of appointments, from events on.</summary>
public sealed class AppointmentFiguresHttpTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = Samples.Morning;
    private readonly FakeTimeProvider time = new(At);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Operator => host.SignedIn("op", "operator");

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new AnalyticsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_appointment_event_in_any_order_and_twice_leads_to_the_figures_of_the_day()
    {
        var served = Samples.Appointment("served", At.AddMinutes(30));
        var arrived = served.Becomes(AppointmentStatus.Arrived, came: true);
        var missed = Samples.Appointment("missed", At.AddMinutes(40));
        var cancelled = Samples.Appointment("cancelled", At.AddMinutes(50));
        var ticket = Samples.Ticket("served", At.AddMinutes(20)) with { AppointmentAt = served.Start, VisitId = "served" };
        var called = ticket.Called(At.AddMinutes(32));
        var walkIn = Samples.Ticket("walk-in", At);
        IEvent[] events =
        [
            arrived.Becomes(AppointmentStatus.Served).Event(),
            served.Event(),
            arrived.Event(),
            // Moved to this day.
            (missed with { Start = At.AddDays(5) }).Event(),
            missed.Becomes(AppointmentStatus.Booked).Becomes(AppointmentStatus.NoShow).Event(),
            missed.Becomes(AppointmentStatus.Booked).Event(),
            cancelled.Becomes(AppointmentStatus.Cancelled).Event(),
            cancelled.Event(),
            Samples.Appointment("expected", At.AddMinutes(60)).Event(),
            called.Served(At.AddMinutes(35)).Event(),
            ticket.Event(),
            called.Event(),
            walkIn.Called(At.AddMinutes(4)).Event(),
            walkIn.Event(),
        ];
        await PublishAsync(Samples.Queue().Created());
        await PublishAsync([.. events, .. events.Reverse()]);

        var figures = await Eventually.GetAsync(
            () => GetAsync("/api/analytics/queue/queue-1"),
            f =>
                f.TryGetProperty("appointments", out var a)
                && a.ValueKind == JsonValueKind.Object
                && (
                    Int(a, "due"),
                    Int(a, "expected"),
                    Int(a, "served"),
                    Int(a, "missed"),
                    Int(a, "cancelled"),
                    Int(a.GetProperty("booked"), "called"),
                    Int(a.GetProperty("walkIns"), "called"),
                    Int(f.GetProperty("counts"), "served")
                ) == (3, 1, 1, 1, 1, 1, 1, 1)
        );
        Assert.Equal(
            """
            {"due":3,"expected":1,"arrived":1,"served":1,"noShow":0,"left":0,"missed":1,"cancelled":1,"noShowRate":0.5,
            "arrivals":{"early":1,"onTime":0,"late":0,"meanDelay":-600},"calledInTime":1,
            "booked":{"called":1,"waitTime":{"mean":120,"p50":120,"p90":120,"p95":120,"max":120},"serviceLevel":1},
            "walkIns":{"called":1,"waitTime":{"mean":240,"p50":240,"p90":240,"p95":240,"max":240},"serviceLevel":1}}
            """.ReplaceLineEndings(""),
            figures.GetProperty("appointments").GetRawText()
        );
        Assert.Equal(720, figures.GetProperty("waitTime").GetProperty("max").GetDouble());
    }

    [Fact]
    public async Task A_queue_without_appointments_tells_nothing_of_them_and_one_where_nobody_came_is_in_the_report()
    {
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        foreach (var (id, name) in new[] { ("booked", "Booked"), ("empty", "Empty"), ("walk-ins", "Walk-ins") })
            await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue() with { Id = id, Name = name }), Token);
        var missed = Samples.Appointment("a", At).Becomes(AppointmentStatus.NoShow) with { QueueId = "booked" };
        await store.RecordAppointmentAsync(AppointmentFact.Of(missed), Token);
        var walkIn = Samples.Ticket("t", At) with { QueueId = "walk-ins" };
        await store.RecordTicketAsync(TicketFact.Of(walkIn.Called(At.AddMinutes(6))), Token);

        var report = await GetAsync("/api/analytics/report");
        Assert.Equal(
            ["booked", "walk-ins"],
            report.GetProperty("queues").EnumerateArray().Select(q => q.GetProperty("queueId").GetString())
        );
        Assert.Equal(1, Int(report.GetProperty("queues")[0].GetProperty("appointments"), "missed"));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("queues")[1].GetProperty("appointments").ValueKind);
        var total = report.GetProperty("total").GetProperty("appointments");
        Assert.Equal((1, 1), (Int(total, "missed"), Int(total.GetProperty("walkIns"), "called")));
        Assert.Equal(0, total.GetProperty("walkIns").GetProperty("serviceLevel").GetDouble());

        using var csv = await Operator.GetAsync("/api/analytics/report?format=csv", Token);
        var rows = (await csv.Content.ReadAsStringAsync(Token)).Split("\r\n");
        Assert.EndsWith(
            ",timeZone,appointmentsDue,appointmentsExpected,appointmentsArrived,appointmentsServed,appointmentsNoShow,appointmentsLeft,"
                + "appointmentsMissed,appointmentsCancelled,appointmentsNoShowRate,arrivedEarly,arrivedOnTime,arrivedLate,arrivalMeanDelay,"
                + "bookedCalledInTime,bookedCalled,bookedWaitMean,bookedWaitP50,bookedWaitP90,bookedWaitP95,bookedWaitMax,bookedServiceLevel,"
                + "walkInCalled,walkInWaitMean,walkInWaitP50,walkInWaitP90,walkInWaitP95,walkInWaitMax,walkInServiceLevel",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.EndsWith("\"Europe/Madrid\",1,0,0,0,0,0,1,0,1,0,0,0,,,0,,,,,,,0,,,,,,", rows[1], StringComparison.Ordinal);
        Assert.EndsWith("\"Europe/Madrid\"" + new string(',', 28), rows[2], StringComparison.Ordinal);
        Assert.EndsWith(",1,0,0,0,0,0,1,0,1,0,0,0,,,0,,,,,,,1,360,360,360,360,360,0", rows[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_of_each_queue_count_for_those_who_booked_and_for_walk_ins()
    {
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        foreach (var (id, target) in new[] { ("strict", 10), ("easy", 100) })
        {
            await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue(slaWaitTime: target) with { Id = id, Name = id }), Token);
            var walkIn = Samples.Ticket(id + "-walk-in", At) with { QueueId = id };
            await store.RecordTicketAsync(TicketFact.Of(walkIn.Called(At.AddSeconds(50))), Token);
            var booked = Samples.Ticket(id + "-booked", At) with { QueueId = id, AppointmentAt = At.AddSeconds(30) };
            await store.RecordTicketAsync(TicketFact.Of(booked.Called(At.AddSeconds(60))), Token);
        }

        var total = (await GetAsync("/api/analytics/report?only=total")).GetProperty("total").GetProperty("appointments");
        foreach (var kind in (string[])["booked", "walkIns"])
            Assert.Equal(0.5, total.GetProperty(kind).GetProperty("serviceLevel").GetDouble());
        Assert.Equal(30, total.GetProperty("booked").GetProperty("waitTime").GetProperty("max").GetDouble());
    }

    private async Task PublishAsync(params IEnumerable<IEvent> events)
    {
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        foreach (var e in events)
            await bus.PublishAsync(e, Token);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Operator.GetAsync(path, Token);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token));
    }

    private static int Int(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}
