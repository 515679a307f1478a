using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Appointments.Tests;

public sealed class ExportTests : IAsyncLifetime
{
    private const string Export = "/api/appointments/export";
    private const string Head = "branchId,queue,start,end,status,customerName,phone,email,notes,language,createdAt,updatedAt,id,timeZone";

    private readonly FakeTimeProvider time = new(Some.Now);
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Operator => host.SignedIn("op", Roles.Operator, "main");

    private IAppointmentStore Store => host.Services.GetRequiredService<IAppointmentStore>();

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new AppointmentsModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_line_an_appointment_by_time_with_who_comes_and_cancelled_ones_among_them()
    {
        await BookAsync("b", Some.Slot(20));
        var first = await BookAsync("a", Some.Slot());
        await Store.SaveAsync(first.Cancel(null, Some.Now, null), 1, Token);

        using var answer = await SendAsync(Operator, HttpMethod.Get, Export);

        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("appointments-2026-03-02.csv", answer.Content.Headers.ContentDisposition!.FileNameStar);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(
            [
                Head,
                Row("2026-03-03T10:00:00Z,2026-03-03T10:20:00Z,\"cancelled\"", "a"),
                Row("2026-03-03T10:20:00Z,2026-03-03T10:40:00Z,\"booked\"", "b"),
                "",
            ],
            Encoding.UTF8.GetString(bytes[3..]).Split("\r\n")
        );

        static string Row(string times, string id) =>
            $"\"main\",\"Passports\",{times},\"Ada\",\"'+34600000001\",\"ada@example.com\",\"Stairs are a trouble\",\"es\",2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,\"{id}\",\"UTC\"";
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\"")]
    [InlineData("@SUM(1)", "\"'@SUM(1)\"")]
    [InlineData("-1+1", "\"'-1+1\"")]
    [InlineData("Ada, \"the first\"", "\"Ada, \"\"the first\"\"\"")]
    public async Task What_a_guest_calls_themselves_is_no_formula_and_breaks_no_line(string name, string cell)
    {
        await BookAsync("a", Some.Slot(), details: new AppointmentDetails { CustomerName = name, Notes = "\t=1\n=2" });

        var rows = await RowsAsync("");

        Assert.Contains($",{cell},,,\"'\t=1\n=2\",,", Assert.Single(rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_whole_however_many_there_are()
    {
        for (var i = 0; i < 1003; i++)
            await BookAsync($"a{i:0000}", Some.Slot(i / 100 * 20), places: 100);

        var rows = await RowsAsync("");

        Assert.Equal(Enumerable.Range(0, 1003).Select(i => $"a{i:0000}"), rows.Select(r => r.Split(',')[^2].Trim('"')));
    }

    [Fact]
    public async Task It_keeps_to_what_is_asked_and_to_the_branches_of_who_asks()
    {
        await BookAsync("a", Some.Slot());
        await BookAsync("b", Some.Slot(20), Some.Queue() with { Id = "q2" });
        await BookAsync("c", Some.Slot(40), Some.Queue() with { Id = "q3", BranchId = "other" });

        Assert.Equal(["a", "b"], await IdsAsync(""));
        Assert.Equal(["b"], await IdsAsync("?queueId=q2"));
        Assert.Equal(["b"], await IdsAsync("?from=2026-03-03T10:20:00Z&to=2026-03-03T10:40:00Z"));
        Assert.Empty(await IdsAsync("?branchId=other"));
        Assert.Empty(await IdsAsync("?queueId=q3"));
        Assert.Empty(await IdsAsync("?from=2026-03-04T00:00:00Z"));

        async Task<IEnumerable<string>> IdsAsync(string query) => (await RowsAsync(query)).Select(r => r.Split(',')[^2].Trim('"'));
    }

    [Fact]
    public async Task A_spreadsheet_set_to_a_language_gets_its_separators_and_the_clock_of_the_place()
    {
        await BookAsync("a", new Slot(Some.Slot().Start, Some.Slot().End), Some.Queue("Europe/Berlin"));

        var row = Assert.Single(await RowsAsync("?locale=de"));

        Assert.StartsWith("\"main\";\"Passports\";2026-03-03 11:00:00;2026-03-03 11:20:00;\"booked\";", row, StringComparison.Ordinal);
        Assert.EndsWith(";\"Europe/Berlin\"", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_of_who_was_erased()
    {
        await BookAsync("a", Some.Slot(), userId: "ada");
        await Store.EraseUserAsync("ada", Token);

        Assert.Contains("\"booked\",,,,,\"es\",", Assert.Single(await RowsAsync("")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?from=2026-03-03T10:00:00Z&to=2027-04-07T10:00:01Z", "to", "must be at most 400 days behind from")]
    [InlineData("?from=2026-03-03T10:00:00Z&to=2026-03-03T10:00:00Z", "to", "must be after from")]
    [InlineData("?from=tomorrow", "from", "must be a time such as 2026-03-29T08:15:00Z (RFC 3339)")]
    [InlineData("?locale=nowhere", "locale", "must be a language tag such as de or pt-BR")]
    public async Task What_cannot_be_is_refused_with_the_rule(string query, string field, string rule)
    {
        var refusal = await RefusalAsync(await SendAsync(Operator, HttpMethod.Get, Export + query), 400, "VALIDATION_FAILED");

        Assert.Equal(rule, refusal.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task It_is_for_staff()
    {
        await RefusalAsync(await SendAsync(host.Guest(), HttpMethod.Get, Export), 401, "UNAUTHENTICATED");
        await RefusalAsync(await SendAsync(host.SignedIn("ada", Roles.User), HttpMethod.Get, Export), 403, "FORBIDDEN");
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string query)
    {
        using var answer = await SendAsync(Operator, HttpMethod.Get, Export + query);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return text.Split("\r\n")[1..^1];
    }

    private async Task<Appointment> BookAsync(
        string id,
        Slot slot,
        QueueDefinition? queue = null,
        int places = 2,
        string? userId = null,
        AppointmentDetails? details = null
    )
    {
        queue ??= Some.Queue(places: places);
        var draft = Some.Draft(id, userId);
        Appointment? booked = null;
        await Store.TakeAsync(
            new SlotRequest(id, queue.Id, slot, places),
            null,
            place =>
            {
                var change = Appointment.Book(draft with { Details = details ?? draft.Details }, queue, slot, place, Some.Now, null);
                booked = change.Next;
                return (change, null);
            },
            Token
        );
        return booked!;
    }
}
