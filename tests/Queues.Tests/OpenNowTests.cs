using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Testing.Requests;

namespace SmartQueue.Queues.Tests;

/// <summary>What a queue tells of being open, as the clock goes.</summary>
public sealed class OpenNowTests : IAsyncLifetime
{
    private const string Hours =
        """[{"day":"monday","opens":"09:00","closes":"17:00"},{"day":"tuesday","opens":"09:00","closes":"17:00"}]""";

    // A Monday morning in Madrid, an hour ahead.
    private readonly FakeTimeProvider time = new(Sample.Now);
    private ServiceHost host = null!;

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new QueuesModule()], time);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Within_hours_it_tells_when_it_closes_and_outside_when_it_opens()
    {
        var queue = await MakeAsync($$"""{"name":"Hall","timeZone":"Europe/Madrid","openingHours":{{Hours}}}""");

        Assert.Equal((true, null, "2026-03-02T16:00:00Z", null), await AtAsync(queue, "2026-03-02T09:00:00Z"));
        Assert.Equal((false, "2026-03-03T08:00:00Z", null, null), await AtAsync(queue, "2026-03-02T16:00:00Z"));
        Assert.Equal((false, "2026-03-09T08:00:00Z", null, null), await AtAsync(queue, "2026-03-03T16:00:00Z"));
    }

    [Fact]
    public async Task A_closure_closes_it_with_its_reason_and_is_told_as_it_was_given()
    {
        const string Closures =
            """[{"from":"2026-03-02T12:00:00Z","to":"2026-03-02T14:30:00.5Z","reason":"Fire drill"},{"from":"2026-03-03","to":"2026-03-03","reason":null}]""";
        var queue = await MakeAsync($$"""{"name":"Hall","timeZone":"Europe/Madrid","closures":{{Closures}}}""");

        Assert.Equal((true, null, "2026-03-02T12:00:00Z", null), await AtAsync(queue, "2026-03-02T11:59:59Z"));
        Assert.Equal((false, "2026-03-02T14:30:00.5Z", null, "Fire drill"), await AtAsync(queue, "2026-03-02T12:00:00Z"));
        Assert.Equal((true, null, "2026-03-02T23:00:00Z", null), await AtAsync(queue, "2026-03-02T14:31:00Z"));
        Assert.Equal((false, "2026-03-03T23:00:00Z", null, null), await AtAsync(queue, "2026-03-02T23:00:00Z"));
        Assert.Equal((true, null, null, null), await AtAsync(queue, "2026-03-03T23:00:00Z"));
        Assert.Equal(Closures, (await ReadAsync(queue)).GetProperty("closures").GetRawText());
    }

    [Theory]
    [InlineData("""{"name":"Hall","isActive":false,"openingHours":[{"day":"sunday","opens":"09:00","closes":"17:00"}]}""", null)]
    [InlineData("""{"name":"Hall","isActive":false,"closures":[{"from":"2026-03-02","to":"2026-03-02","reason":"Holiday"}]}""", null)]
    public async Task What_does_not_open_by_itself_tells_no_time(string body, string? reason) =>
        Assert.Equal((false, null, null, reason), await AtAsync(await MakeAsync(body), "2026-03-02T09:00:00Z"));

    [Fact]
    public async Task Decidedly_no_hours_is_always_open() =>
        Assert.Equal(
            (true, null, null, null),
            await AtAsync(await MakeAsync("""{"name":"Hall","openingHours":[]}"""), "2026-03-02T09:00:00Z")
        );

    [Fact]
    public async Task Without_hours_and_closures_it_is_open_and_never_closes() =>
        Assert.Equal((true, null, null, null), await AtAsync(await MakeAsync("""{"name":"Hall"}"""), "2026-03-02T09:00:00Z"));

    [Fact]
    public async Task A_patch_of_another_member_keeps_the_closures_and_null_takes_them_back()
    {
        var queue = await MakeAsync("""{"name":"Hall","closures":[{"from":"2026-03-02","to":"2026-03-02"}]}""");

        var renamed = await PatchAsync(queue, """{"name":"Renamed"}""");
        Assert.Equal("""[{"from":"2026-03-02","to":"2026-03-02","reason":null}]""", renamed.GetProperty("closures").GetRawText());
        var open = await PatchAsync(queue, """{"closures":null}""");

        Assert.Equal(JsonValueKind.Null, open.GetProperty("closures").ValueKind);
        Assert.True(open.GetProperty("openNow").GetBoolean());
    }

    private async Task<(bool OpenNow, string? OpensAt, string? ClosesAt, string? Reason)> AtAsync(string queue, string instant)
    {
        time.SetUtcNow(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));
        var read = await ReadAsync(queue);
        return (read.GetProperty("openNow").GetBoolean(), Time("opensAt"), Time("closesAt"), read.GetProperty("closedReason").GetString());

        string? Time(string member) =>
            read.GetProperty(member) is { ValueKind: JsonValueKind.String } text
                ? text.GetDateTimeOffset()
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFK", CultureInfo.InvariantCulture)
                    .Replace("+00:00", "Z", StringComparison.Ordinal)
                : null;
    }

    private async Task<JsonElement> ReadAsync(string queue) => await AnswerAsync(await SendAsync(host.Guest(), HttpMethod.Get, queue));

    private async Task<string> MakeAsync(string body)
    {
        using var admin = host.SignedIn("admin", Roles.Admin);
        using var made = await SendAsync(admin, HttpMethod.Post, "/api/queues", Json(body));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return made.Headers.Location!.ToString();
    }

    private async Task<JsonElement> PatchAsync(string queue, string body)
    {
        using var admin = host.SignedIn("admin", Roles.Admin);
        return await AnswerAsync(await SendAsync(admin, HttpMethod.Patch, queue, Json(body)));
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
