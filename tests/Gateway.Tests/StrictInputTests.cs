using System.Net;
using System.Text;
using System.Text.Json;
using static SmartQueue.Gateway.Tests.WholeSystem;

namespace SmartQueue.Gateway.Tests;

/// <summary>What every endpoint of every service refuses rather than guess or drop; the endpoints are those of the OpenAPI
/// document.</summary>
public sealed class StrictInputTests(SharedSystem shared) : IClassFixture<SharedSystem>
{
    private const string Unknown = "unheardOf";
    private static readonly string[] NoTimes = ["01/02/2026", "2026-01-01", "2026-01-01T00:00:00"];
    private readonly HttpClient admin = shared.Admin;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_that_is_not_known_is_refused_by_every_endpoint_with_a_body()
    {
        var queueId = await QueueAsync();
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (method, path, operation) in await OperationsAsync())
        {
            if (!operation.TryGetProperty("requestBody", out _))
                continue;
            tried++;
            foreach (var value in (string[])["1", "null"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), At(path, queueId));
                request.Content = new StringContent($$"""{"{{Unknown}}":{{value}}}""", Encoding.UTF8, "application/json");
                using var answer = await admin.SendAsync(request, Token);
                if (!await RefusesAsync(answer, Unknown))
                    wrong.Add($"{method} {path} with {value} answered {(int)answer.StatusCode}");
            }
        }

        Assert.InRange(tried, 15, 200);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_time_that_is_not_RFC_3339_is_refused_by_every_endpoint_that_takes_one()
    {
        var queueId = await QueueAsync();
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (method, path, operation) in await OperationsAsync())
        {
            if (!operation.TryGetProperty("parameters", out var parameters))
                continue;
            foreach (
                var name in parameters.EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Where(n => n is "from" or "to")
            )
            {
                tried++;
                foreach (var time in NoTimes)
                {
                    using var answer = await admin.SendAsync(
                        new HttpRequestMessage(new HttpMethod(method), $"{At(path, queueId)}?{name}={time}"),
                        Token
                    );
                    if (!await RefusesAsync(answer, name))
                        wrong.Add($"{method} {path}?{name}={time} answered {(int)answer.StatusCode}");
                }
            }
        }

        // Tickets, figures of a queue, the report, tracked events.
        Assert.InRange(tried, 8, 100);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_time_that_is_not_RFC_3339_is_refused_by_GraphQL()
    {
        var queueId = await QueueAsync();
        foreach (var time in NoTimes)
        {
            Assert.Equal(
                "VALIDATION_FAILED",
                await CodeAsync(admin, $$"""{ queueStatistics(queueId: "{{queueId}}", from: "{{time}}") { counts { created } } }""")
            );
            Assert.Equal(
                "VALIDATION_FAILED",
                await CodeAsync(
                    admin,
                    "query ($id: ID!, $at: DateTime) { queueStatistics(queueId: $id, from: $at) { counts { created } } }",
                    new { id = queueId, at = time }
                )
            );
            Assert.Equal(
                "VALIDATION_FAILED",
                await CodeAsync(admin, $$"""mutation { trackEvent(eventType: "screen", timestamp: "{{time}}") { id } }""")
            );
        }

        await DataAsync(
            admin,
            "query ($id: ID!, $at: DateTime) { queueStatistics(queueId: $id, from: $at) { counts { created } } }",
            new
            {
                id = queueId,
                at = DateTimeOffset
                    .UtcNow.AddHours(-1)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            }
        );
    }

    [Fact]
    public async Task The_document_lets_answers_grow()
    {
        using var document = JsonDocument.Parse(await shared.System.Process.Guest().GetStringAsync("/openapi/v1.json", Token));
        Assert.DoesNotContain("\"additionalProperties\":false", JsonSerializer.Serialize(document.RootElement), StringComparison.Ordinal);
    }

    private static string At(string path, string queueId) =>
        System.Text.RegularExpressions.Regex.Replace(
            path,
            @"\{[^}]+\}",
            path.StartsWith("/api/branches/", StringComparison.Ordinal) ? Contracts.Branches.Main : queueId
        );

    private static async Task<bool> RefusesAsync(HttpResponseMessage answer, string field)
    {
        if (answer.StatusCode != HttpStatusCode.BadRequest)
            return false;
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return problem.RootElement.TryGetProperty("errors", out var errors) && errors.TryGetProperty(field, out _);
    }

    private async Task<IReadOnlyList<(string Method, string Path, JsonElement Operation)>> OperationsAsync()
    {
        var document = JsonElement.Parse(await shared.System.Process.Guest().GetStringAsync("/openapi/v1.json", Token));
        return
        [
            .. document
                .GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(o => (o.Name.ToUpperInvariant(), path.Name, o.Value))),
        ];
    }

    private async Task<string> QueueAsync() =>
        (await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Passports" })).GetProperty("id").GetString()!;
}
