using System.Net;
using System.Text;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>What people, and those who try their luck, send by mistake.</summary>
public sealed class BadRequestTests : IAsyncLifetime
{
    private AccountsHost host = null!;

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("{", "body")]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("[]", "body")]
    [InlineData("7", "body")]
    [InlineData("{}", "name")]
    [InlineData("""{"name":7,"email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":{"$gt":""},"email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A","email":{"$gt":""},"password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":["a@x.org"],"password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@x.org","password":12345678}""", "password")]
    [InlineData("""{"name":"A","name":"B","email":"a@x.org","password":"12345678"}""", null)]
    [InlineData("""{"name":"","email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"   ","email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A\u0000B","email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A\nB","email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A\u001bB","email":"a@x.org","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A","email":"no address","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"Ann <a@x.org>","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@x.org\u0000","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@x\u0007.org","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"nobody","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"' OR 1=1 --","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@x.org"}""", "password")]
    [InlineData("""{"name":"A","email":"a@x.org","password":"1234567"}""", "password")]
    [InlineData("""{"name":"A","email":"a@x.org","password":"12345678","phone":"call me"}""", "phone")]
    [InlineData("""{"name":"A","email":"a@x.org","password":"12345678","phone":-1e400}""", "phone")]
    public async Task A_bad_registration_names_its_field_and_writes_nothing(string body, string? field)
    {
        var problem = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/register", Json(body)),
            400,
            "VALIDATION_FAILED"
        );
        if (field is not null)
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        await NothingWrittenAsync();
    }

    [Fact]
    public async Task Texts_that_are_too_long_are_refused_with_each_field()
    {
        var problem = await RefusalAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = new string('n', 101),
                    email = new string('e', 250) + "@x.org",
                    password = new string('p', 129),
                    phone = new string('1', 33),
                }
            ),
            400,
            "VALIDATION_FAILED"
        );
        Assert.Equal(["email", "name", "password", "phone"], problem.GetProperty("errors").EnumerateObject().Select(p => p.Name).Order());
        await NothingWrittenAsync();
    }

    [Fact]
    public async Task A_lone_surrogate_is_refused_and_not_a_fault()
    {
        foreach (
            var body in new[]
            {
                """{"name":"\ud800","email":"a@x.org","password":"12345678"}""",
                """{"name":"A","email":"\ud800@x.org","password":"12345678"}""",
                """{"name":"A","email":"a@x.org","password":"\ud8001234567"}""",
            }
        )
            await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/register", Json(body)), 400, "VALIDATION_FAILED");
        await NothingWrittenAsync();
    }

    [Theory]
    [InlineData("/api/auth/register")]
    [InlineData("/api/auth/login")]
    [InlineData("/api/auth/refresh")]
    [InlineData("/api/auth/logout")]
    [InlineData("/api/users/verify")]
    public async Task Every_route_refuses_what_is_malformed_too_large_or_not_json(string path)
    {
        foreach (
            var body in new[]
            {
                "{",
                "null",
                "[]",
                "{}",
                "\"x\"",
                "{\"email\":{\"$ne\":null},\"password\":{\"$ne\":null},\"refreshToken\":{\"$ne\":null},\"token\":{\"$ne\":null}}",
            }
        )
            await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, path, Json(body)), 400, "VALIDATION_FAILED");
        await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, path, Json("{\"x\":\"" + new string('x', 64 * 1024) + "\"}")),
            413,
            "PAYLOAD_TOO_LARGE"
        );
        await RefusalAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                path,
                new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded")
            ),
            415,
            "UNSUPPORTED_MEDIA_TYPE"
        );
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Patch, path, Json("{}")), 405, "METHOD_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("""{"role":"king"}""", "role")]
    [InlineData("""{"role":["admin"]}""", "role")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"email":""}""", "email")]
    [InlineData("""{"email":"x"}""", "email")]
    [InlineData("""{"phone":"x"}""", "phone")]
    [InlineData("""{"password":""}""", "password")]
    [InlineData("""{"password":"short","currentPassword":"x"}""", "password")]
    [InlineData("""{"password":"long enough"}""", "currentPassword")]
    public async Task A_bad_change_names_its_field_and_writes_nothing(string body, string field)
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var problem = await RefusalAsync(
            await SendAsync(host.As(ann), HttpMethod.Put, "/api/users/" + Id(ann), Json(body)),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(1, (await host.Store.FindAsync(Id(ann), Token))!.Version);
    }

    [Fact]
    public async Task Ids_that_look_like_queries_are_unknown_ids()
    {
        var admin = await host.AdminAsync();
        foreach (var id in new[] { "%27%20OR%201=1%20--", "%7B%22$ne%22:null%7D", "..%2Fme", new string('x', 2000) })
            await RefusalAsync(await SendAsync(admin, HttpMethod.Get, "/api/users/" + id), 404, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task Login_values_that_look_like_queries_are_wrong_credentials()
    {
        foreach (var email in new[] { "' OR 1=1 --", "{\"$gt\":\"\"}", "%", ".*" })
            await RefusalAsync(await host.LoginAsync(email, "' OR 1=1 --"), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task An_idempotency_key_that_is_too_long_is_refused()
    {
        var problem = await RefusalAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = "A",
                    email = "a@x.org",
                    password = Password,
                },
                key: new string('k', 129)
            ),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _), problem.GetRawText());
    }

    [Fact]
    public async Task A_refresh_without_a_token_names_its_field()
    {
        var problem = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/refresh", new { }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("refreshToken", out _), problem.GetRawText());
    }

    [Fact]
    public async Task An_admin_gives_no_role_that_there_is_not()
    {
        var admin = await host.SignInAsync(AdminEmail, AdminPassword);
        var problem = await RefusalAsync(
            await SendAsync(host.As(admin), HttpMethod.Put, "/api/users/" + Id(admin), new { role = "king" }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("role", out _), problem.GetRawText());
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task NothingWrittenAsync()
    {
        var all = await AnswerAsync(await SendAsync(await host.AdminAsync(), HttpMethod.Get, "/api/users"), HttpStatusCode.OK);
        Assert.Equal(AdminEmail, Assert.Single(all.GetProperty("items").EnumerateArray()).GetProperty("email").GetString());
    }
}
