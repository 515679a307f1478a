using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Storage;
using SmartQueue.Contracts;
using SmartQueue.Testing;

namespace SmartQueue.Analytics.Tests;

public sealed class ReportHttpTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = Samples.Morning;
    private readonly FakeTimeProvider time = new(At);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new AnalyticsModule()], time);
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        await store.RecordQueueAsync(
            QueueProfile.Of(Samples.Queue() with { Id = "strict", Name = "=HYPERLINK(\"x\")", SlaWaitTime = 10 }),
            Token
        );
        await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue() with { Id = "easy", Name = "Café, \"Ñ\"", SlaWaitTime = 100 }), Token);
        await store.RecordQueueAsync(QueueProfile.Of(Samples.Queue() with { Id = "idle", Name = "Idle" }), Token);
        foreach (var (queue, id) in new[] { ("strict", "a"), ("easy", "b"), ("easy", "c") })
        {
            var ticket = Samples.Ticket(id, At) with { QueueId = queue, Promise = id == "c" ? new WaitPromise(90, 60, 120) : null };
            await store.RecordTicketAsync(TicketFact.Of(ticket.Called(At.AddSeconds(50)).Served(At.AddSeconds(80))), Token);
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task All_queues_are_told_one_by_one_and_together_each_against_its_own_target()
    {
        var report = await ReportAsync("");
        Assert.Equal(
            ["easy", "strict"],
            report.GetProperty("queues").EnumerateArray().Select(q => q.GetProperty("queueId").GetString()).Order()
        );
        var total = report.GetProperty("total");
        Assert.Equal(JsonValueKind.Null, total.GetProperty("queueId").ValueKind);
        Assert.Equal(3, total.GetProperty("counts").GetProperty("served").GetInt32());
        Assert.Equal(2.0 / 3, total.GetProperty("serviceLevel").GetDouble());
        Assert.Equal(50, total.GetProperty("waitTime").GetProperty("p90").GetDouble());
        Assert.Equal(1, total.GetProperty("throughput").GetArrayLength());
    }

    [Fact]
    public async Task One_queue_can_be_asked_for_also_where_nobody_came()
    {
        var report = await ReportAsync("?queueId=idle&bucket=hour");
        Assert.Equal(24, Assert.Single(report.GetProperty("queues").EnumerateArray()).GetProperty("throughput").GetArrayLength());
        using var unknown = await Operator.GetAsync("/api/analytics/report?queueId=nowhere", Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task As_csv_a_spreadsheet_reads_every_name_as_text()
    {
        using var answer = await Operator.GetAsync("/api/analytics/report?format=csv", Token);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            "attachment; filename=report-2026-11-23.csv; filename*=UTF-8''report-2026-11-23.csv",
            answer.Content.Headers.ContentDisposition?.ToString()
        );
        var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            """"
            queueId,name,from,to,created,called,served,cancelled,noShow,transferred,expired,waiting,waitMean,waitP50,waitP90,waitP95,waitMax,serviceMean,serviceP50,serviceP90,serviceP95,serviceMax,serviceLevel,abandonment,noShowRate,estimates,estimateError,estimateBias,estimateCoverage,branchId,timeZone,appointmentsDue,appointmentsExpected,appointmentsArrived,appointmentsServed,appointmentsNoShow,appointmentsLeft,appointmentsMissed,appointmentsCancelled,appointmentsNoShowRate,arrivedEarly,arrivedOnTime,arrivedLate,arrivalMeanDelay,bookedCalledInTime,bookedCalled,bookedWaitMean,bookedWaitP50,bookedWaitP90,bookedWaitP95,bookedWaitMax,bookedServiceLevel,walkInCalled,walkInWaitMean,walkInWaitP50,walkInWaitP90,walkInWaitP95,walkInWaitMax,walkInServiceLevel
            "strict","'=HYPERLINK(""x"")",2026-11-22T23:00:00Z,2026-11-23T23:00:00Z,1,1,1,0,0,0,0,0,50,50,50,50,50,30,30,30,30,30,0,0,0,0,,,,"main","Europe/Madrid",,,,,,,,,,,,,,,,,,,,,,,,,,,,
            "easy","Café, ""Ñ""",2026-11-22T23:00:00Z,2026-11-23T23:00:00Z,2,2,2,0,0,0,0,0,50,50,50,50,50,30,30,30,30,30,1,0,0,1,40,40,0,"main","Europe/Madrid",,,,,,,,,,,,,,,,,,,,,,,,,,,,
            ,"Total",2026-11-22T23:00:00Z,2026-11-23T23:00:00Z,3,3,3,0,0,0,0,0,50,50,50,50,50,30,30,30,30,30,0.6666666666666666,0,0,1,40,40,0,,"Europe/Madrid",,,,,,,,,,,,,,,,,,,,,,,,,,,,

            """".ReplaceLineEndings("\r\n"),
            System.Text.Encoding.UTF8.GetString(bytes[3..])
        );
    }

    [Theory]
    [InlineData("de", ';', "40,75")]
    [InlineData("es", ';', "40,75")]
    [InlineData("en", ',', "40.75")]
    [InlineData("ar", ';', "40.75")]
    [InlineData("de-CH", ';', "40.75")]
    public async Task A_spreadsheet_gets_the_separators_and_the_clock_it_reads(string locale, char separator, string error)
    {
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        foreach (var (id, wait) in new[] { ("soon", 9.5), ("late", 91) })
        {
            var ticket = Samples.Ticket(id, At) with { QueueId = "idle", Promise = new WaitPromise(90, 60, 120) };
            await store.RecordTicketAsync(TicketFact.Of(ticket.Called(At.AddSeconds(wait))), Token);
        }

        using var client = Operator;
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd($"{locale},tlh;q=0.5");
        foreach (var query in (string[])["", $"&locale={locale}"])
        {
            using var answer = await client.GetAsync("/api/analytics/report?format=csv&queueId=idle" + query, Token);
            var row = (await answer.Content.ReadAsStringAsync(Token)).Split("\r\n")[1].Split(separator);
            Assert.Equal(["\"idle\"", "\"Idle\"", "2026-11-23 00:00:00", "2026-11-24 00:00:00", "2", "2"], row[..6]);
            Assert.Equal(["2", error], row[25..27]);
        }
    }

    [Fact]
    public async Task Visits_are_a_row_each_in_the_order_they_joined_without_a_person()
    {
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        var ticket = Samples.Ticket("first", At.AddHours(-9).AddMinutes(30)) with
        {
            QueueId = "strict",
            UserId = "somebody",
            CustomerName = "Ana Moreno",
            Labels = ["Ana's friend"],
            ServedBy = "clerk",
            AppointmentAt = At.AddHours(-8).AddMinutes(-10),
        };
        await store.RecordTicketAsync(TicketFact.Of(ticket.Called(At.AddHours(-8))), Token);
        // On the day before, by the clock of the place.
        await store.RecordTicketAsync(TicketFact.Of(Samples.Ticket("before", At.AddHours(-10)) with { QueueId = "strict" }), Token);

        using var answer = await Operator.GetAsync("/api/analytics/visits?firstDay=2026-11-23&locale=de", Token);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("visits-2026-11-23.csv", answer.Content.Headers.ContentDisposition?.ToString(), StringComparison.Ordinal);
        var text = await answer.Content.ReadAsStringAsync(Token);
        var rows = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, rows.Length);
        Assert.StartsWith("branchId;queue;serviceDay;ticketNumber;", rows[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.StartsWith("\"main\";\"'=HYPERLINK(\"\"x\"\")\";", rows[1], StringComparison.Ordinal);
        Assert.Contains("\"called\"", rows[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-23 00:30:00", rows[1], StringComparison.Ordinal);
        Assert.Contains(";1800;", rows[1], StringComparison.Ordinal);
        Assert.EndsWith(";\"Europe/Madrid\";2026-11-23 00:50:00", rows[1], StringComparison.Ordinal);
        Assert.All((string[])["somebody", "Ana", "clerk"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));

        using var programs = await Operator.GetAsync(
            "/api/analytics/visits?queueId=easy&from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z",
            Token
        );
        rows = (await programs.Content.ReadAsStringAsync(Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.Contains(",2026-11-23T08:00:00Z,", rows[1], StringComparison.Ordinal);
        using var unknown = await Operator.GetAsync("/api/analytics/visits?queueId=nowhere", Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Days_are_those_of_the_place_and_the_total_alone_can_be_asked_for()
    {
        var report = await ReportAsync("?firstDay=2026-11-22&lastDay=2026-11-23&only=total&bucket=quarter");
        Assert.Empty(report.GetProperty("queues").EnumerateArray());
        var total = report.GetProperty("total");
        Assert.Equal("Europe/Madrid", total.GetProperty("timeZone").GetString());
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 23, 0, 0, TimeSpan.Zero), total.GetProperty("from").GetDateTimeOffset());
        Assert.Equal(2 * 24 * 4, total.GetProperty("throughput").GetArrayLength());
        var called = total.GetProperty("throughput").EnumerateArray().Single(b => b.GetProperty("called").GetInt32() == 3);
        Assert.Equal(50, called.GetProperty("waitP50").GetDouble());
    }

    [Theory]
    [InlineData("?format=xml", "format")]
    [InlineData("?bucket=week", "bucket")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?only=queues", "only")]
    [InlineData("?firstDay=23.11.2026", "firstDay")]
    [InlineData("?firstDay=2026-11-23&to=2026-11-24T00:00:00Z", "firstDay")]
    [InlineData("?firstDay=2026-11-01&lastDay=2026-12-31&bucket=quarter", "bucket")]
    [InlineData("?format=csv&locale=klingon", "locale")]
    public async Task A_wrong_question_is_refused_with_its_field(string query, string field)
    {
        using var answer = await Operator.GetAsync("/api/analytics/report" + query, Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_are_for_staff_and_the_system_for_admins()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SignedIn("u", "user").GetAsync("/api/analytics/report", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Guest().GetAsync("/api/analytics/report", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Operator.GetAsync("/api/analytics/system", Token)).StatusCode);
        using var admin = await host.SignedIn("a", "admin").GetAsync("/api/analytics/system", Token);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
    }

    private HttpClient Operator => host.SignedIn("op", "operator");

    private async Task<JsonElement> ReportAsync(string query)
    {
        using var answer = await Operator.GetAsync("/api/analytics/report" + query, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
    }
}
