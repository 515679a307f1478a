using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Testing;
using SmartQueue.Users.Http;
using static SmartQueue.Users.Tests.UsersHost;

namespace SmartQueue.Users.Tests;

public sealed class UsersApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_registers_signs_in_renews_and_signs_out()
    {
        await using var host = await StartAsync();
        var registered = await host.RegisterAsync("Ada@Example.com");
        Assert.Equal(900, registered.GetProperty("expiresIn").GetInt32());
        var me = await AnswerAsync(await SendAsync(host.As(registered), HttpMethod.Get, "/api/users/me"));
        Assert.Equal(
            ["branchIds", "createdAt", "disabled", "email", "emailVerified", "id", "name", "phone", "role", "updatedAt", "version"],
            me.EnumerateObject().Select(p => p.Name).Order()
        );
        Assert.Equal(("ada@example.com", "user", "Ada"), (Text(me, "email"), Text(me, "role"), Text(me, "name")));

        var login = await host.LoginAsync("ADA@example.com");
        var next = await AnswerAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(login, "refreshToken") }));
        await AnswerAsync(await SendAsync(host.As(next), HttpMethod.Get, "/api/users/me"));
        await AnswerAsync(
            await host.PostAsync("/api/auth/logout", new { refreshToken = Text(next, "refreshToken") }),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(
            await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(next, "refreshToken") }),
            401,
            "INVALID_CREDENTIALS"
        );
        // The other session is still there.
        await AnswerAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(registered, "refreshToken") }));
    }

    [Fact]
    public async Task A_refresh_token_used_twice_ends_the_family()
    {
        await using var host = await StartAsync();
        var first = Text(await host.RegisterAsync(), "refreshToken");
        var second = Text(await AnswerAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = first })), "refreshToken");
        host.Time.Advance(TimeSpan.FromSeconds(21));
        await RefusalAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = first }), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = second }), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_refresh_token_ends_after_its_time()
    {
        await using var host = await StartAsync();
        var token = Text(await host.RegisterAsync(), "refreshToken");
        host.Time.Advance(TimeSpan.FromDays(7));
        await RefusalAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = token }), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_role_in_the_body_of_a_registration_is_refused()
    {
        await using var host = await StartAsync();
        var problem = await RefusalAsync(
            await host.TryRegisterAsync(
                new
                {
                    name = "Eve",
                    email = "eve@example.com",
                    password = Password,
                    role = "admin",
                }
            ),
            400,
            "VALIDATION_FAILED"
        );
        Assert.Equal("is not known", problem.GetProperty("errors").GetProperty("role")[0].GetString());
        await RefusalAsync(await host.TryLoginAsync("eve@example.com", Password), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task An_email_is_taken_whatever_its_case()
    {
        await using var host = await StartAsync();
        await host.RegisterAsync();
        await RefusalAsync(
            await host.TryRegisterAsync(
                new
                {
                    name = "Eve",
                    email = "ADA@EXAMPLE.COM",
                    password = Password,
                }
            ),
            409,
            "EMAIL_TAKEN"
        );
    }

    [Fact]
    public async Task A_repeated_registration_gives_the_same_tokens_and_another_one_under_its_key_is_refused()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var first = await host.RegisterAsync(key: key);
        var again = await host.RegisterAsync(key: key);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        await AnswerAsync(await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(again, "refreshToken") }));
        await RefusalAsync(
            await host.TryRegisterAsync(
                new
                {
                    name = "Ada",
                    email = "ada@example.com",
                    password = "other password",
                    phone = "+49 123 456",
                },
                key
            ),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
    }

    [Fact]
    public async Task Passwords_that_differ_beyond_72_bytes_are_different()
    {
        await using var host = await StartAsync();
        var start = new string('x', 80);
        await host.RegisterAsync(password: start + "1");
        await RefusalAsync(await host.TryLoginAsync("ada@example.com", start + "2"), 401, "INVALID_CREDENTIALS");
        await host.LoginAsync("ada@example.com", start + "1");
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("nobody@example.com")]
    [InlineData("erased")]
    public async Task A_wrong_password_and_no_account_give_the_same_answer(string email)
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        if (email == "erased")
        {
            email = "erased:" + IdOf(ada);
            await AnswerAsync(
                await SendAsync(host.As(ada), HttpMethod.Delete, $"/api/users/{IdOf(ada)}", new { currentPassword = Password }),
                HttpStatusCode.NoContent
            );
        }

        var problem = await RefusalAsync(await host.TryLoginAsync(email, "wrong password"), 401, "INVALID_CREDENTIALS");
        Assert.Equal("Email or password is wrong.", Text(problem, "error"));
    }

    [Fact]
    public async Task A_person_changes_their_account_and_a_new_password_ends_the_sessions()
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        var (client, path) = (host.As(ada), $"/api/users/{IdOf(ada)}");
        var changed = await AnswerAsync(
            await SendAsync(
                client,
                HttpMethod.Put,
                path,
                new
                {
                    name = "Ada L.",
                    phone = "",
                    email = "L@example.com",
                    currentPassword = Password,
                }
            )
        );
        Assert.Equal(
            ("Ada L.", "l@example.com", JsonValueKind.Null),
            (Text(changed, "name"), Text(changed, "email"), changed.GetProperty("phone").ValueKind)
        );
        ada = await host.LoginAsync("l@example.com");
        client = host.As(ada);
        Assert.Contains(
            "currentPassword",
            Fields(
                await RefusalAsync(
                    await SendAsync(client, HttpMethod.Put, path, new { password = "new password" }),
                    400,
                    "VALIDATION_FAILED"
                )
            )
        );
        await RefusalAsync(
            await SendAsync(client, HttpMethod.Put, path, new { password = "new password", currentPassword = "wrong" }),
            401,
            "INVALID_CREDENTIALS"
        );
        await AnswerAsync(await SendAsync(client, HttpMethod.Put, path, new { password = "new password", currentPassword = Password }));
        await RefusalAsync(
            await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(ada, "refreshToken") }),
            401,
            "INVALID_CREDENTIALS"
        );
        await RefusalAsync(await host.TryLoginAsync("l@example.com", Password), 401, "INVALID_CREDENTIALS");
        await host.LoginAsync("l@example.com", "new password");
    }

    [Fact]
    public async Task Guessing_the_current_password_is_slowed_down_too()
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        HttpResponseMessage last = null!;
        for (var n = 0; n < 6; n++)
            last = await SendAsync(
                host.As(ada),
                HttpMethod.Put,
                $"/api/users/{IdOf(ada)}",
                new { password = "new password", currentPassword = $"guess {n}" }
            );
        await RefusalAsync(last, 429, "RATE_LIMITED");
    }

    [Fact]
    public async Task A_change_of_another_version_is_refused()
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        var path = $"/api/users/{IdOf(ada)}";
        var read = await SendAsync(host.As(ada), HttpMethod.Get, path);
        Assert.Equal("W/\"1\"", read.Headers.ETag?.ToString());
        var changed = await SendAsync(host.As(ada), HttpMethod.Put, path, new { name = "A" }, "W/\"1\"");
        Assert.Equal("W/\"2\"", changed.Headers.ETag?.ToString());
        await RefusalAsync(await SendAsync(host.As(ada), HttpMethod.Put, path, new { name = "B" }, "W/\"1\""), 412, "VERSION_CONFLICT");
        await RefusalAsync(await SendAsync(host.As(ada), HttpMethod.Delete, path, ifMatch: "W/\"1\""), 412, "VERSION_CONFLICT");
    }

    [Fact]
    public async Task Only_admins_change_roles_and_a_new_role_ends_the_sessions()
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        var account = (await host.Store.FindAsync(IdOf(ada), Token))!;
        Assert.True(await host.Store.SaveAsync(account.Verify(Some.Noon), account.Version, null, Token));
        var path = $"/api/users/{IdOf(ada)}";
        await RefusalAsync(await SendAsync(host.As(ada), HttpMethod.Put, path, new { role = "admin" }), 403, "FORBIDDEN");
        var changed = await AnswerAsync(await SendAsync(host.As(await host.AdminAsync()), HttpMethod.Put, path, new { role = "operator" }));
        Assert.Equal("operator", Text(changed, "role"));
        await RefusalAsync(
            await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(ada, "refreshToken") }),
            401,
            "INVALID_CREDENTIALS"
        );
    }

    [Fact]
    public async Task The_last_admin_is_neither_demoted_nor_erased()
    {
        await using var host = await StartAsync();
        var admin = await host.AdminAsync();
        var path = $"/api/users/{IdOf(admin)}";
        await RefusalAsync(await SendAsync(host.As(admin), HttpMethod.Put, path, new { role = "user" }), 409, "CONFLICT");
        await RefusalAsync(await SendAsync(host.As(admin), HttpMethod.Delete, path, new { currentPassword = Password }), 409, "CONFLICT");
        await host.InRoleAsync("admin", "second@example.com");
        await AnswerAsync(
            await SendAsync(host.As(admin), HttpMethod.Delete, path, new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task Of_two_admins_who_leave_at_once_one_stays()
    {
        await using var host = await StartAsync();
        for (var n = 0; n < 10; n++)
        {
            var admins = (await host.Store.ListAsync(Roles.Admin, null, null, Hosting.Http.PageRequest.First(10), Token))
                .Select(a => a.Id)
                .ToList();
            var second = Some.Registered($"{n}@example.com", role: Roles.Admin);
            await host.Store.AddAsync(second, null, null, Token);
            admins.Add(second.Next.Id);
            var desk = host.Services.GetRequiredService<UserDesk>();
            // Each erases the other.
            var leaving = admins
                .Select(id =>
                    Task.Run(
                        () =>
                            desk.EraseAsync(
                                id,
                                new Caller("boss", Roles.Admin, null),
                                null,
                                null,
                                null,
                                new SignInClient("", new ClientProgram(null, null), null),
                                Token
                            ),
                        Token
                    )
                )
                .ToList();
            await Task.WhenAll(leaving).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
            Assert.Equal(1, await host.Store.CountAdminsAsync(Token));
        }
    }

    [Fact]
    public async Task Accounts_of_others_are_not_there_and_operators_see_names_only()
    {
        await using var host = await StartAsync();
        var ada = await host.RegisterAsync();
        var eve = await host.RegisterAsync("eve@example.com");
        var path = $"/api/users/{IdOf(ada)}";
        await RefusalAsync(await SendAsync(host.As(eve), HttpMethod.Get, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.As(eve), HttpMethod.Put, path, new { name = "x" }), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.As(eve), HttpMethod.Delete, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, path), 401, "UNAUTHENTICATED");
        var staff = host.As(await host.InRoleAsync("operator", "op@example.com"));
        Assert.Equal(
            ["id", "name"],
            (await AnswerAsync(await SendAsync(staff, HttpMethod.Get, path))).EnumerateObject().Select(p => p.Name)
        );
        await RefusalAsync(await SendAsync(staff, HttpMethod.Delete, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(staff, HttpMethod.Get, "/api/users"), 403, "FORBIDDEN");
        var list = await AnswerAsync(await SendAsync(host.As(await host.AdminAsync()), HttpMethod.Get, "/api/users?q=EVE"));
        Assert.Equal("eve@example.com", Text(list.GetProperty("items").EnumerateArray().Single(), "email"));
    }

    [Fact]
    public async Task Failures_slow_down_the_one_who_fails_and_nobody_else()
    {
        await using var host = await StartAsync();
        await host.RegisterAsync();
        for (var n = 0; n < 5; n++)
            await RefusalAsync(await host.TryLoginAsync("ada@example.com", "wrong one"), 401, "INVALID_CREDENTIALS");
        var blocked = await host.TryLoginAsync("ada@example.com", Password);
        await RefusalAsync(blocked, 429, "RATE_LIMITED");
        Assert.Equal(TimeSpan.FromSeconds(2), blocked.Headers.RetryAfter?.Delta);
        await host.LoginAsync("ada@example.com", address: "192.0.2.2");
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await host.LoginAsync("ada@example.com");
    }

    [Fact]
    public async Task Failures_from_everywhere_do_not_lock_out_an_address_the_owner_is_known_at()
    {
        await using var host = await StartAsync();
        await host.RegisterAsync();
        await host.LoginAsync("ada@example.com");
        for (var n = 0; n < 20; n++)
            await host.TryLoginAsync("ada@example.com", "wrong one", $"198.51.100.{n}");
        await RefusalAsync(await host.TryLoginAsync("ada@example.com", Password, "203.0.113.1"), 429, "RATE_LIMITED");
        await host.LoginAsync("ada@example.com");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.LoginAsync("ada@example.com", address: "203.0.113.1");
    }

    [Fact]
    public async Task Guesses_at_once_are_counted_before_they_are_checked()
    {
        await using var host = await StartAsync();
        await host.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => host.TryLoginAsync("ada@example.com", $"guess {n:00}")));
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(25, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task An_erased_account_leaves_nothing_personal_and_its_email_is_free_again()
    {
        using var folder = new TemporaryFolder();
        var probe = new Probe();
        await using (var host = await StartAsync(folder, probe, s => s.AddSingleton(probe)))
        {
            var ada = await host.RegisterAsync("ada.lovelace@example.com", "Ada Lovelace", key: Guid.NewGuid().ToString());
            await AnswerAsync(await SendAsync(host.As(ada), HttpMethod.Put, $"/api/users/{IdOf(ada)}", new { name = "Countess Lovelace" }));
            await AnswerAsync(
                await SendAsync(host.As(ada), HttpMethod.Delete, $"/api/users/{IdOf(ada)}", new { currentPassword = Password }),
                HttpStatusCode.NoContent
            );
            Assert.Equal(IdOf(ada), await probe.Erased.Task.WaitAsync(TimeSpan.FromSeconds(20), Token));
            await RefusalAsync(
                await host.PostAsync("/api/auth/refresh", new { refreshToken = Text(ada, "refreshToken") }),
                401,
                "INVALID_CREDENTIALS"
            );
            await RefusalAsync(await SendAsync(host.As(ada), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
            var rows = Rows(folder);
            Assert.All(["lovelace", "123 456"], text => Assert.DoesNotContain(text, rows, StringComparison.OrdinalIgnoreCase));
            Assert.NotEqual(IdOf(ada), IdOf(await host.RegisterAsync("ada.lovelace@example.com")));
        }
    }

    [Fact]
    public async Task Neither_a_token_nor_a_quick_way_to_the_password_is_in_the_database()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);
        var ada = await host.RegisterAsync(key: Guid.NewGuid().ToString());
        var rows = Rows(folder);
        Assert.Contains("request_hash", rows, StringComparison.Ordinal);
        Assert.All([Text(ada, "refreshToken"), Text(ada, "accessToken"), Password], secret =>
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal)
        );
        // A plain hash of the request could be guessed offline at the speed of SHA-256, whatever BCrypt costs.
        var request =
            "POST /api/auth/register\n" + JsonSerializer.Serialize(new RegisterRequest("Ada", "ada@example.com", Password, "+49 123 456"));
        var guess = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        Assert.DoesNotContain(guess, rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_admin_is_made_once()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var host = await StartAsync(folder))
            id = IdOf(await host.AdminAsync());
        await using var again = await StartAsync(folder);
        var admin = await again.AdminAsync();
        Assert.Equal(id, IdOf(admin));
        Assert.Equal(1, await again.Store.CountAdminsAsync(Token));
        Assert.Equal("admin", Text(admin.GetProperty("user"), "role"));
    }

    [Theory]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"name":1,"email":"a@example.com","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A","email":["a@example.com"],"password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@example.com"}""", "password")]
    [InlineData("""{"name":"A","email":"a@example.com","password":"1234567"}""", "password")]
    [InlineData("""{"name":"A","email":"nobody","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A\u0000","email":"a@example.com","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A\nB","email":"a@example.com","password":"12345678"}""", "name")]
    [InlineData("""{"name":"A","email":"a@exa\u0007mple.com","password":"12345678"}""", "email")]
    [InlineData("""{"name":"A","email":"a@example.com","password":"12345678","phone":"call me"}""", "phone")]
    [InlineData("""{"name":" ","email":"a@example.com","password":"12345678"}""", "name")]
    public async Task A_wrong_registration_is_refused_with_the_field(string body, string field)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Contains(
            field,
            Fields(await RefusalAsync(await host.Guest.PostAsync("/api/auth/register", content, Token), 400, "VALIDATION_FAILED"))
        );
    }

    [Fact]
    public async Task What_is_too_long_or_unknown_is_refused_with_the_field()
    {
        await using var host = await StartAsync();
        var long_ = new
        {
            name = new string('n', 101),
            email = new string('e', 250) + "@example.com",
            password = new string('p', 129),
            phone = new string('1', 33),
        };
        Assert.Equal(
            ["email", "name", "password", "phone"],
            Fields(await RefusalAsync(await host.TryRegisterAsync(long_), 400, "VALIDATION_FAILED")).Order()
        );
        Assert.Contains(
            "refreshToken",
            Fields(await RefusalAsync(await host.PostAsync("/api/auth/refresh", new { }), 400, "VALIDATION_FAILED"))
        );
        Assert.Contains(
            "Idempotency-Key",
            Fields(
                await RefusalAsync(
                    await host.TryRegisterAsync(
                        new
                        {
                            name = "A",
                            email = "a@example.com",
                            password = Password,
                        },
                        new string('k', 129)
                    ),
                    400,
                    "VALIDATION_FAILED"
                )
            )
        );
        var admin = await host.AdminAsync();
        Assert.Contains(
            "role",
            Fields(
                await RefusalAsync(
                    await SendAsync(host.As(admin), HttpMethod.Put, $"/api/users/{IdOf(admin)}", new { role = "king" }),
                    400,
                    "VALIDATION_FAILED"
                )
            )
        );
        Assert.Contains(
            "role",
            Fields(await RefusalAsync(await SendAsync(host.As(admin), HttpMethod.Get, "/api/users?role=king"), 400, "VALIDATION_FAILED"))
        );
        await RefusalAsync(await host.TryLoginAsync(AdminEmail, new string('p', 129)), 401, "INVALID_CREDENTIALS");
    }

    private static IEnumerable<string> Fields(JsonElement problem) => problem.GetProperty("errors").EnumerateObject().Select(p => p.Name);

    /// <summary>All rows of the service's file as text.</summary>
    private static string Rows(TemporaryFolder folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "users.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var text = new StringBuilder();
        var tables = new List<string>();
        using (var list = connection.CreateCommand())
        {
            list.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            using var names = list.ExecuteReader();
            while (names.Read())
                tables.Add(names.GetString(0));
        }

        foreach (var table in tables)
        {
            using var query = connection.CreateCommand();
            query.CommandText = $"SELECT * FROM {table}";
            using var rows = query.ExecuteReader();
            while (rows.Read())
            {
                for (var n = 0; n < rows.FieldCount; n++)
                    text.Append(rows.GetName(n))
                        .Append('=')
                        .Append(rows.GetValue(n) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : rows.GetValue(n))
                        .AppendLine();
            }
        }

        return text.ToString();
    }

    /// <summary>Another service, which hears of erased accounts.</summary>
    private sealed class Probe : IServiceModule
    {
        public TaskCompletionSource<string> Erased { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "probe";

        public IReadOnlyList<string> Routes => [];

        public IReadOnlyList<ServiceEndpoint> Endpoints => [new("probe-users", [typeof(ErasedConsumer)])];

        public void AddServices(IServiceCollection services, ModuleContext context) { }

        public void MapEndpoints(IEndpointRouteBuilder routes) { }
    }

    private sealed class ErasedConsumer(Probe probe) : IEventConsumer<UserErased>
    {
        public Task ConsumeAsync(UserErased happened, CancellationToken cancellationToken)
        {
            probe.Erased.TrySetResult(happened.UserId);
            return Task.CompletedTask;
        }
    }
}
