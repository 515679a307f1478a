using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

public sealed class ProblemDetailsTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private ServiceHost host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Codes =>
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    public async ValueTask InitializeAsync() => host = await ServiceHost.StartAsync([new ProbeModule()]);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/probe/bug")]
    [InlineData("/probe/argument")]
    [InlineData("/probe/column")]
    [InlineData("/probe/constraint")]
    [InlineData("/probe/call/400")]
    [InlineData("/probe/call/500")]
    public async Task A_fault_of_ours_is_a_500_that_gives_nothing_away(string path)
    {
        var problem = await ProblemAsync(HttpMethod.Get, path, HttpStatusCode.InternalServerError, "INTERNAL_ERROR");

        var text = problem.GetRawText();
        foreach (var leak in new[] { "hunter2", "SmartQueue.Hosting", "Exception", "   at ", "ProbeModule", "stackTrace" })
            Assert.DoesNotContain(leak, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_log_says_where_a_fault_happened()
    {
        using var lines = new LogLines();
        await using var logged = await ServiceHost.StartAsync([new ProbeModule()], configure: s => s.AddSingleton<ILoggerProvider>(lines));

        using var response = await logged.Guest().GetAsync("/probe/bug", Token);

        var trace = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("traceId").GetString()!;
        Assert.Contains(lines.All, l =>
            l.StartsWith("GET HTTP: GET /probe/bug", StringComparison.Ordinal)
            && l.Contains("failed, trace " + trace, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("/probe/away")]
    [InlineData("/probe/call/503")]
    public async Task A_dependency_that_is_away_is_a_503_to_try_again(string path)
    {
        using var response = await host.Guest().GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
        Assert.DoesNotContain("hunter2", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_refusal_has_the_status_of_its_code_and_what_existing_clients_read(string code)
    {
        var problem = await ProblemAsync(HttpMethod.Get, "/probe/refused/" + code, (HttpStatusCode)ErrorCodes.StatusOf(code), code);

        Assert.Equal($"urn:smartqueue:error:{code}", problem.GetProperty("type").GetString());
        Assert.Equal("No.", problem.GetProperty("detail").GetString());
        Assert.Equal("No.", problem.GetProperty("error").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public void Codes_have_the_statuses_of_the_contract()
    {
        var contract = new Dictionary<int, string[]>
        {
            [400] = ["VALIDATION_FAILED"],
            [401] = ["INVALID_CREDENTIALS", "UNAUTHENTICATED"],
            [403] = ["FORBIDDEN"],
            [404] = ["NOT_FOUND", "QUEUE_NOT_FOUND", "TICKET_NOT_FOUND", "USER_NOT_FOUND", "COUNTER_NOT_FOUND", "BRANCH_NOT_FOUND"],
            [409] =
            [
                "EMAIL_TAKEN",
                "QUEUE_CLOSED",
                "QUEUE_FULL",
                "ALREADY_IN_QUEUE",
                "COUNTER_BUSY",
                "COUNTER_TAKEN",
                "INVALID_TRANSITION",
                "IDEMPOTENCY_KEY_REUSED",
            ],
            [412] = ["VERSION_CONFLICT"],
            [413] = ["PAYLOAD_TOO_LARGE"],
            [429] = ["RATE_LIMITED"],
            [503] = ["SERVICE_UNAVAILABLE"],
        };
        Assert.All(contract, c => Assert.All(c.Value, code => Assert.Equal(c.Key, ErrorCodes.StatusOf(code))));
    }

    [Fact]
    public async Task A_wait_is_told_in_whole_seconds()
    {
        using var response = await host.Guest().GetAsync("/probe/refused/RATE_LIMITED", Token);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task What_the_framework_refuses_looks_the_same()
    {
        await ProblemAsync(HttpMethod.Get, "/nowhere", HttpStatusCode.NotFound, "NOT_FOUND");
        await ProblemAsync(HttpMethod.Delete, "/probe/bug", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        await ProblemAsync(HttpMethod.Get, "/probe/staff", HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        await ProblemAsync(HttpMethod.Get, "/probe/staff", HttpStatusCode.Forbidden, "FORBIDDEN", client: host.SignedIn("u", Roles.User));
        await ProblemAsync(
            HttpMethod.Post,
            "/probe/body",
            HttpStatusCode.UnsupportedMediaType,
            "UNSUPPORTED_MEDIA_TYPE",
            "name=x",
            type: "text/plain"
        );
        await ProblemAsync(
            HttpMethod.Post,
            "/probe/body",
            HttpStatusCode.RequestEntityTooLarge,
            "PAYLOAD_TOO_LARGE",
            $$"""{"name":"{{new string('x', 70_000)}}"}"""
        );
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("null", null)]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"count":"1"}""", "count")]
    [InlineData("""{"count":99999999999}""", "count")]
    [InlineData("""{"count":-1e99}""", "count")]
    [InlineData("""{"at":"yesterday"}""", "at")]
    [InlineData("""{"at":{"$gt":""}}""", "at")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    public async Task A_body_that_cannot_be_read_is_a_400_with_its_field_and_no_type_names(string body, string? field)
    {
        var problem = await ProblemAsync(HttpMethod.Post, "/probe/body", HttpStatusCode.BadRequest, "VALIDATION_FAILED", body);

        if (field is not null)
            Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.DoesNotContain("System.", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("ProbeModule", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Body body", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a","nmae":"b"}""", "nmae")]
    [InlineData("""{"nmae":null}""", "nmae")]
    [InlineData("""{"constructor":{"prototype":1}}""", "constructor")]
    [InlineData("""{"parts":[{"name":"a"},{"naem":"b"}]}""", "parts[1].naem")]
    [InlineData("""{"a b":1}""", "['a b']")]
    public async Task A_member_that_is_not_known_is_a_400_that_names_it(string body, string field)
    {
        var problem = await ProblemAsync(HttpMethod.Post, "/probe/body", HttpStatusCode.BadRequest, "VALIDATION_FAILED", body);

        Assert.Equal($$"""{"{{field}}":["is not known"]}""", JsonSerializer.Serialize(problem.GetProperty("errors"), Plain));
        Assert.DoesNotContain("ProbeModule", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_in_a_body_that_is_not_RFC_3339_is_told_the_rule()
    {
        var problem = await ProblemAsync(
            HttpMethod.Post,
            "/probe/body",
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED",
            """{"at":"2026-01-01"}"""
        );

        Assert.StartsWith(
            "must be a time such as",
            problem.GetProperty("errors").GetProperty("at")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_deep_body_is_a_400()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"name":""", 40)) + "1" + new string('}', 40);
        await ProblemAsync(HttpMethod.Post, "/probe/body", HttpStatusCode.BadRequest, "VALIDATION_FAILED", deep);
    }

    [Theory]
    [InlineData("?count=many")]
    [InlineData("?count=99999999999")]
    [InlineData("")]
    public async Task A_parameter_that_cannot_be_read_is_named_without_its_type(string query)
    {
        var problem = await ProblemAsync(HttpMethod.Get, "/probe/number" + query, HttpStatusCode.BadRequest, "VALIDATION_FAILED");

        Assert.Contains("'count'", problem.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("int ", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Int32", problem.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> ProblemAsync(
        HttpMethod method,
        string path,
        HttpStatusCode status,
        string code,
        string? body = null,
        string type = "application/json",
        HttpClient? client = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await (client ?? host.Guest()).SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.False(problem.GetProperty("success").GetBoolean());
        return problem;
    }
}
