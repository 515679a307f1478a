using System.Net;
using System.Text.Json;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;

namespace SmartQueue.Gateway.Tests;

public sealed class EdgeTests
{
    private const string Site = "https://site.example";
    private const string Stranger = "203.0.113.7";
    private static readonly Dictionary<string, string?> WithSite = new() { ["CORS_ORIGINS"] = Site };

    private readonly System.Diagnostics.Stopwatch watch = new();

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/nothing", 404)]
    [InlineData("/health/live", 200)]
    public async Task Every_answer_has_the_security_headers(string path, int status)
    {
        await using var host = await GatewayHost.StartAsync();
        using var answer = await SendAsync(host, HttpMethod.Get, path);
        Assert.Equal(status, (int)answer.StatusCode);
        HasSecurityHeaders(answer);
    }

    [Theory]
    [InlineData("TRACE", "/", 405)]
    [InlineData("GET", "/..%2f..%2fappsettings.json", 404)]
    [InlineData("GET", "/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("GET", "/assets/..%5c..%5csmartqueue.dll", 404)]
    public async Task Nothing_outside_of_the_pages_is_served_and_no_request_is_traced(string method, string path, int status)
    {
        await using var host = await GatewayHost.StartAsync();
        using var answer = await SendAsync(host, new HttpMethod(method), path);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_first_page_is_html()
    {
        await using var host = await GatewayHost.StartAsync();
        using var answer = await SendAsync(host, HttpMethod.Get, "/");
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(
            "<html",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Theory]
    [InlineData(Site, true)]
    [InlineData("https://site.example.evil.example", false)]
    [InlineData("http://site.example", false)]
    [InlineData("null", false)]
    public async Task Pages_of_exactly_the_named_origins_may_read_answers(string origin, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(WithSite);
        using var answer = await SendAsync(host, HttpMethod.Get, "/", ("Origin", origin));
        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
        if (!allowed)
            return;
        Assert.Equal(origin, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("ETag", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Site, true)]
    [InlineData("https://other.example", false)]
    public async Task A_preflight_is_answered_by_origin(string origin, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(WithSite);
        using var answer = await SendAsync(
            host,
            HttpMethod.Options,
            "/hubs/queue/negotiate",
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,x-requested-with")
        );
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
        if (!allowed)
            return;
        Assert.Equal("true", answer.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains(
            "authorization",
            string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers")),
            StringComparison.Ordinal
        );
        Assert.Contains("POST", string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_origin_is_allowed_without_credentials()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["CORS_ORIGINS"] = "*" });
        using var answer = await SendAsync(
            host,
            HttpMethod.Post,
            "/hubs/queue/negotiate?negotiateVersion=1",
            ("Origin", "https://other.example")
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/hubs/queue", Site, true)]
    [InlineData("/hubs/queue", "http://localhost", true)]
    [InlineData("/hubs/queue", null, true)]
    [InlineData("/hubs/queue", "https://other.example", false)]
    [InlineData("/hubs/queue", "null", false)]
    [InlineData("/HUBS/queue", "https://other.example", false)]
    public async Task The_hub_takes_pages_of_its_own_and_named_origins_only(string hub, string? origin, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(WithSite);
        using var answer = await SendAsync(
            host,
            HttpMethod.Post,
            hub + "/negotiate?negotiateVersion=1",
            origin is null ? [] : [("Origin", origin)]
        );
        if (allowed)
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else
            await RefusedAsync(answer, 403, "FORBIDDEN");
    }

    [Theory]
    [InlineData("evil.example", "http://evil.example", false)]
    [InlineData("localhost", "http://localhost", true)]
    [InlineData("192.168.1.5:4000", "http://192.168.1.5:4000", true)]
    [InlineData("kiosk.local:4000", "http://kiosk.local:4000", true)]
    [InlineData("192.168.1.5:4000", "https://queue.example.org", true)]
    public async Task Where_the_public_name_is_known_no_other_name_of_the_internet_may_lead_here(string host, string origin, bool allowed)
    {
        await using var gateway = await GatewayHost.StartAsync(
            new Dictionary<string, string?> { ["PUBLIC_URL"] = "https://queue.example.org" }
        );
        using var answer = await SendAsync(
            gateway,
            HttpMethod.Post,
            "/hubs/queue/negotiate?negotiateVersion=1",
            ("Origin", origin),
            ("Host", host)
        );
        if (allowed)
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else
            await RefusedAsync(answer, 403, "FORBIDDEN");
    }

    [Fact]
    public async Task An_address_that_asks_too_fast_is_refused_and_the_signed_in_behind_it_are_not()
    {
        await using var host = await GatewayHost.StartAsync(
            new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1", ["CORS_ORIGINS"] = Site }
        );
        using var refused = await UntilRefusedAsync(host);
        await RefusedAsync(refused, 429, "RATE_LIMITED");
        Assert.InRange(
            int.Parse(refused.Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture),
            1,
            60
        );
        Assert.Equal(Site, refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        using var signedIn = await host
            .Process.SignedIn("ada", Roles.User)
            .GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        for (var i = 0; i < 20; i++)
        {
            using var health = await SendAsync(host, HttpMethod.Get, "/health/live");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
    }

    [Fact]
    public async Task A_small_limit_is_kept_over_time()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1" });
        watch.Restart();
        var passed = 0;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await SendAsync(host, HttpMethod.Get, "/", ("X-Forwarded-For", Stranger));
            if (answer.StatusCode == HttpStatusCode.OK)
                passed++;
            return watch.Elapsed > TimeSpan.FromSeconds(3);
        });
        // Four at once, and one a second.
        Assert.InRange(passed, 4, 4 + (int)Math.Ceiling(watch.Elapsed.TotalSeconds) + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invented_tracking_tokens_do_not_get_around_the_limit_of_the_address(bool invents)
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1" });
        Assert.InRange(await PassedAsync(host, _ => Stranger, i => invents ? $"invented-{i}" : null), 4, MostIn(4, 1));
    }

    [Fact]
    public async Task Addresses_of_one_subscriber_have_one_limit_together()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1" });
        Assert.InRange(await PassedAsync(host, i => $"2001:db8:1:2::{i + 1:x}"), 4, MostIn(4, 1));
        // Each its own network.
        Assert.Equal(30, await PassedAsync(host, i => $"2001:db8:1:{i + 3:x}::1"));
    }

    [Fact]
    public async Task The_hall_has_four_times_the_limit_of_strangers()
    {
        await using var host = await GatewayHost.StartAsync(
            new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1", ["HALL_NETWORKS"] = "198.51.100.0/24" }
        );
        Assert.InRange(await PassedAsync(host, _ => "198.51.100.1"), 16, MostIn(16, 4));
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/METRICS")]
    [InlineData("/docs/")]
    [InlineData("/docs/scalar.js")]
    [InlineData("/openapi/v1.json")]
    public async Task How_the_process_does_is_for_admins_and_the_networks_of_operations(string path)
    {
        await using var host = await GatewayHost.StartAsync();
        // Asked directly from this machine; then handed on by a proxy on it.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host.Process.Guest()));
        foreach (var from in (string[])[Stranger, "10.0.0.1", "127.0.0.1"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host.Process.Guest(), from));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host.Process.SignedIn("olga", Roles.Operator), from));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host.Process.SignedIn("root", Roles.Admin), from));
        }

        await using var narrow = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["OPERATIONS_NETWORKS"] = "192.0.2.0/24" });
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(narrow.Process.Guest()));
        using var health = await narrow
            .Process.Guest()
            .GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        async Task<HttpStatusCode> StatusAsync(HttpClient client, string? from = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (from is not null)
                request.Headers.Add("X-Forwarded-For", from);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task An_account_that_asks_too_fast_is_refused_alone()
    {
        await using var host = await GatewayHost.StartAsync(new Dictionary<string, string?> { ["RATE_LIMIT_PER_ACCOUNT"] = "1" });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            using var answer = await host
                .Process.SignedIn("ada", Roles.User)
                .GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        using var other = await host
            .Process.SignedIn("bob", Roles.User)
            .GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    /// <summary>How many of 30 requests pass.</summary>
    private async Task<int> PassedAsync(GatewayHost host, Func<int, string> from, Func<int, string?>? token = null)
    {
        watch.Restart();
        var passed = 0;
        for (var i = 0; i < 30; i++)
        {
            List<(string, string)> headers = [("X-Forwarded-For", from(i))];
            if (token?.Invoke(i) is { } invented)
                headers.Add(("X-Tracking-Token", invented));
            using var answer = await SendAsync(host, HttpMethod.Get, "/", [.. headers]);
            if (answer.StatusCode == HttpStatusCode.OK)
                passed++;
            else
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        return passed;
    }

    // At once, and those of the seconds it took.
    private int MostIn(int atOnce, int perSecond) => atOnce + (((int)Math.Ceiling(watch.Elapsed.TotalSeconds) + 1) * perSecond);

    private static async Task<HttpResponseMessage> UntilRefusedAsync(GatewayHost host)
    {
        for (var i = 0; i < 200; i++)
        {
            var answer = await SendAsync(host, HttpMethod.Get, "/", ("Origin", Site));
            if (answer.StatusCode != HttpStatusCode.OK)
                return answer;
            answer.Dispose();
        }

        throw new Xunit.Sdk.XunitException("Never refused.");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        GatewayHost host,
        HttpMethod method,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await host.Process.Guest().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static void HasSecurityHeaders(HttpResponseMessage answer)
    {
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);

        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        HasSecurityHeaders(answer);
    }
}
