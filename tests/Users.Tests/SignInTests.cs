using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

public sealed class SignInTests : IAsyncLifetime
{
    private readonly AuditLog audit = new();
    private AccountsHost host = null!;

    public async ValueTask InitializeAsync() =>
        host = await StartAsync(configure: s =>
            s.AddSingleton<ILoggerProvider>(audit).AddLogging(l => l.AddFilter<AuditLog>("SmartQueue.Users", LogLevel.Information))
        );

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Registering_signs_in_as_user_whatever_role_is_asked_for()
    {
        foreach (var more in (string[])["\"role\":\"admin\"", "\"id\":\"mine\"", "\"version\":7"])
        {
            var body = JsonElement.Parse($$"""{"name":"Ann","email":"ann@example.org","password":"{{Password}}",{{more}}}""");
            var problem = await RefusalAsync(
                await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/register", body),
                400,
                "VALIDATION_FAILED"
            );
            Assert.Equal("is not known", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Value[0].GetString());
            await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 401, "INVALID_CREDENTIALS");
        }

        var response = await SendAsync(
            host.Guest,
            HttpMethod.Post,
            "/api/auth/register",
            new
            {
                name = " Ann ",
                email = "Ann@Example.org",
                password = Password,
                phone = "+49 30 123",
            }
        );
        var answer = await AnswerAsync(response, HttpStatusCode.Created);
        var user = answer.GetProperty("user");
        Assert.Equal(
            ["id", "name", "email", "emailVerified", "phone", "role", "branchIds", "disabled", "createdAt", "updatedAt", "version"],
            user.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(
            ("Ann", "ann@example.org", "+4930123", "user", 1),
            (
                user.GetProperty("name").GetString(),
                user.GetProperty("email").GetString(),
                user.GetProperty("phone").GetString(),
                user.GetProperty("role").GetString(),
                user.GetProperty("version").GetInt32()
            )
        );
        Assert.Equal($"/api/users/{Id(answer)}", response.Headers.Location?.ToString());
        Assert.Equal(900, answer.GetProperty("expiresIn").GetInt32());
        var me = await SendAsync(host.As(answer), HttpMethod.Get, "/api/users/me");
        Assert.Equal(user.GetRawText(), (await AnswerAsync(me)).GetRawText());
        Assert.Equal("W/\"1\"", me.Headers.ETag?.ToString());
    }

    [Fact]
    public async Task A_person_registers_signs_in_renews_and_signs_out()
    {
        var registered = await host.RegisterAsync("Ann@Example.org");
        Assert.Equal(900, registered.GetProperty("expiresIn").GetInt32());
        var me = await AnswerAsync(await SendAsync(host.As(registered), HttpMethod.Get, "/api/users/me"));
        Assert.Equal(
            ["branchIds", "createdAt", "disabled", "email", "emailVerified", "id", "name", "phone", "role", "updatedAt", "version"],
            me.EnumerateObject().Select(p => p.Name).Order()
        );
        Assert.Equal(("ann@example.org", "user", "Ann"), (Text(me, "email"), Text(me, "role"), Text(me, "name")));

        var login = await host.SignInAsync("ANN@example.org");
        var next = await AnswerAsync(await host.RefreshAsync(Refresh(login)));
        await AnswerAsync(await SendAsync(host.As(next), HttpMethod.Get, "/api/users/me"));
        await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/logout", new { refreshToken = Refresh(next) }),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(await host.RefreshAsync(Refresh(next)), 401, "INVALID_CREDENTIALS");
        // The other session is still there.
        await AnswerAsync(await host.RefreshAsync(Refresh(registered)));
    }

    [Fact]
    public async Task A_repeated_registration_gives_the_same_tokens_again()
    {
        object body = new
        {
            name = "Ann",
            email = "ann@example.org",
            password = Password,
        };
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(async _ =>
                    (
                        await AnswerAsync(
                            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/register", body, key: "one attempt of a phone"),
                            HttpStatusCode.Created
                        )
                    ).GetRawText()
                )
        );
        var same = Assert.Single(answers.Distinct());
        await AnswerAsync(await host.RefreshAsync(Refresh(JsonElement.Parse(same))));
        await RefusalAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = "Ann",
                    email = "ann@example.org",
                    password = "another password",
                },
                key: "one attempt of a phone"
            ),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
        await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/register", body, key: "another attempt of it"),
            409,
            "EMAIL_TAKEN"
        );
    }

    [Fact]
    public async Task An_address_is_taken_whatever_its_case()
    {
        await host.RegisterAsync("ann@example.org");
        await RefusalAsync(
            await SendAsync(
                host.Guest,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name = "B",
                    email = "ANN@example.ORG",
                    password = Password,
                }
            ),
            409,
            "EMAIL_TAKEN"
        );
        await AnswerAsync(await host.LoginAsync("ANN@example.org", Password));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_account_get_the_same_answer()
    {
        await host.RegisterAsync("ann@example.org");
        var wrong = await RefusalAsync(await host.LoginAsync("ann@example.org", "not the password"), 401, "INVALID_CREDENTIALS");
        var unknown = await RefusalAsync(await host.LoginAsync("nobody@example.org", "not the password"), 401, "INVALID_CREDENTIALS");
        var impossible = await RefusalAsync(await host.LoginAsync("ann@example.org", new string('x', 129)), 401, "INVALID_CREDENTIALS");
        var bob = await host.RegisterAsync("bob@example.org");
        await AnswerAsync(
            await SendAsync(host.As(bob), HttpMethod.Delete, "/api/users/" + Id(bob), new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
        var erased = await RefusalAsync(await host.LoginAsync("erased:" + Id(bob), "not the password"), 401, "INVALID_CREDENTIALS");
        Assert.All([wrong, unknown, impossible, erased], p => Assert.Equal("Email or password is wrong.", Text(p, "error")));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(128)]
    public async Task Passwords_may_be_of_any_characters(int length)
    {
        var password = string.Concat(Enumerable.Repeat("ü\0\n'\"{$☃ ", length))[..length];
        await host.RegisterAsync("ann@example.org", password: password);
        await AnswerAsync(await host.LoginAsync("ann@example.org", password));
        await RefusalAsync(await host.LoginAsync("ann@example.org", password[..^1] + "#"), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task Passwords_that_differ_after_72_bytes_differ()
    {
        var start = new string('p', 100);
        await host.RegisterAsync("ann@example.org", password: start + "A");
        await RefusalAsync(await host.LoginAsync("ann@example.org", start + "B"), 401, "INVALID_CREDENTIALS");
        await AnswerAsync(await host.LoginAsync("ann@example.org", start + "A"));
    }

    [Fact]
    public async Task A_refresh_token_is_good_once_and_its_second_use_ends_the_family()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var other = await AnswerAsync(await host.LoginAsync("ann@example.org", Password));
        var second = await AnswerAsync(await host.RefreshAsync(Refresh(first)));
        Assert.Equal(43, Refresh(second).Length);
        Assert.NotEqual(Refresh(first), Refresh(second));
        await AnswerAsync(await SendAsync(host.As(second), HttpMethod.Get, "/api/users/me"));
        host.Time.Advance(TimeSpan.FromSeconds(21));
        await RefusalAsync(await host.RefreshAsync(Refresh(first)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.RefreshAsync(Refresh(second)), 401, "INVALID_CREDENTIALS");
        // A thief's access token ends with the family.
        await RefusalAsync(await SendAsync(host.As(second), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await AnswerAsync(await host.RefreshAsync(Refresh(other)));
        Assert.Contains("TokenReused " + Id(first), audit.Entries);
    }

    [Fact]
    public async Task Of_two_refreshes_at_once_both_get_the_same_next_token_and_both_stay_signed_in()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(async _ => await AnswerAsync(await host.RefreshAsync(Refresh(first))))
        );
        Assert.Equal(Refresh(answers[0]), Refresh(answers[1]));
        foreach (var answer in answers)
            await AnswerAsync(await SendAsync(host.As(answer), HttpMethod.Get, "/api/users/me"));
        await AnswerAsync(await host.RefreshAsync(Refresh(answers[0])));
    }

    [Fact]
    public async Task A_refresh_whose_answer_was_lost_may_be_repeated_for_20_seconds()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var lost = await AnswerAsync(await host.RefreshAsync(Refresh(first)));
        host.Time.Advance(TimeSpan.FromSeconds(20));
        var again = await AnswerAsync(await host.RefreshAsync(Refresh(first)));
        Assert.Equal(Refresh(lost), Refresh(again));
        Assert.Equal(900, again.GetProperty("expiresIn").GetInt32());
        await AnswerAsync(await host.RefreshAsync(Refresh(again)));
        Assert.DoesNotContain("TokenReused " + Id(first), audit.Entries);
    }

    [Fact]
    public async Task A_session_ends_for_good_after_30_days_however_often_it_is_renewed()
    {
        var session = await host.RegisterAsync("ann@example.org");
        for (var day = 6; day < 30; day += 6)
        {
            host.Time.Advance(TimeSpan.FromDays(6));
            session = await AnswerAsync(await host.RefreshAsync(Refresh(session)));
        }

        host.Time.Advance(TimeSpan.FromDays(6));
        await RefusalAsync(await host.RefreshAsync(Refresh(session)), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task Signing_out_ends_the_access_tokens_of_that_session_at_once_and_of_no_other()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var other = await AnswerAsync(await host.LoginAsync("ann@example.org", Password));
        await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/logout", new { refreshToken = Refresh(first) }),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(await SendAsync(host.As(first), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        Assert.False(
            (
                await AnswerAsync(
                    await SendAsync(
                        host.Guest,
                        HttpMethod.Post,
                        "/api/users/verify",
                        new { token = first.GetProperty("accessToken").GetString() }
                    )
                )
            )
                .GetProperty("valid")
                .GetBoolean()
        );
        await AnswerAsync(await SendAsync(host.As(other), HttpMethod.Get, "/api/users/me"));
    }

    [Fact]
    public async Task One_sees_where_one_is_signed_in_and_signs_out_there()
    {
        var here = await host.RegisterAsync("ann@example.org");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { email = "ann@example.org", password = Password }),
        };
        request.Headers.TryAddWithoutValidation(
            "User-Agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
        );
        var there = await AnswerAsync(await host.Guest.SendAsync(request, Token));
        host.Time.Advance(TimeSpan.FromMinutes(5));
        here = await AnswerAsync(await host.RefreshAsync(Refresh(here)));
        var sessions = (await AnswerAsync(await SendAsync(host.As(here), HttpMethod.Get, "/api/users/me/sessions")))
            .GetProperty("items")
            .EnumerateArray()
            .ToList();
        Assert.Equal(2, sessions.Count);
        Assert.Equal(["id", "createdAt", "lastUsedAt", "browser", "system", "current"], sessions[0].EnumerateObject().Select(p => p.Name));
        var mine = Assert.Single(sessions, s => s.GetProperty("current").GetBoolean());
        Assert.Equal(
            TimeSpan.FromMinutes(5),
            mine.GetProperty("lastUsedAt").GetDateTimeOffset() - mine.GetProperty("createdAt").GetDateTimeOffset()
        );
        var other = Assert.Single(sessions, s => !s.GetProperty("current").GetBoolean());
        Assert.Equal(("Firefox", "Windows"), (other.GetProperty("browser").GetString(), other.GetProperty("system").GetString()));

        var path = "/api/users/me/sessions/" + other.GetProperty("id").GetString();
        await RefusalAsync(
            await SendAsync(host.As(await host.RegisterAsync("bob@example.org")), HttpMethod.Delete, path),
            404,
            "NOT_FOUND"
        );
        await AnswerAsync(await SendAsync(host.As(there), HttpMethod.Get, "/api/users/me"));
        await AnswerAsync(await SendAsync(host.As(here), HttpMethod.Delete, path), HttpStatusCode.NoContent);
        await RefusalAsync(await SendAsync(host.As(there), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await host.RefreshAsync(Refresh(there)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await SendAsync(host.As(here), HttpMethod.Delete, path), 404, "NOT_FOUND");
        Assert.Single(
            (await AnswerAsync(await SendAsync(host.As(here), HttpMethod.Get, "/api/users/me/sessions")))
                .GetProperty("items")
                .EnumerateArray()
        );
    }

    [Fact]
    public async Task A_device_that_signed_in_before_gets_in_while_strangers_guess_behind_the_same_address()
    {
        var device = (await host.RegisterAsync("ann@example.org")).GetProperty("deviceToken").GetString()!;
        for (var n = 0; n < 10; n++)
            await host.LoginAsync("ann@example.org", "not the password");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 429, "RATE_LIMITED");
        var answer = await AnswerAsync(await host.LoginAsync("ann@example.org", Password, device));
        // Strangers gain nothing by it, and the next turn is as good.
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 429, "RATE_LIMITED");
        await AnswerAsync(await host.LoginAsync("ann@example.org", Password, answer.GetProperty("deviceToken").GetString()!));
    }

    [Fact]
    public async Task A_device_token_of_somebody_else_a_forged_one_and_an_access_token_give_no_turn()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var bobs = (await host.RegisterAsync("bob@example.org")).GetProperty("deviceToken").GetString()!;
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            await host.LoginAsync("ann@example.org", "not the password");
        foreach (
            var token in new[]
            {
                bobs,
                ann.GetProperty("accessToken").GetString()!,
                "x",
                ann.GetProperty("deviceToken").GetString()![..^8],
                new string('x', 5000),
            }
        )
            await RefusalAsync(await host.LoginAsync("ann@example.org", Password, token), 429, "RATE_LIMITED");
        // And a device token opens nothing.
        await RefusalAsync(
            await SendAsync(host.Host.WithToken(ann.GetProperty("deviceToken").GetString()!), HttpMethod.Get, "/api/users/me"),
            401,
            "UNAUTHENTICATED"
        );
    }

    [Fact]
    public async Task A_device_that_guesses_wears_out_its_own_turn_also_by_new_tokens_of_it()
    {
        var device = (await host.RegisterAsync("ann@example.org")).GetProperty("deviceToken").GetString()!;
        var same = (await AnswerAsync(await host.LoginAsync("ann@example.org", Password, device))).GetProperty("deviceToken").GetString()!;
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            await RefusalAsync(await host.LoginAsync("ann@example.org", "not the password", device), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password, same), 429, "RATE_LIMITED");
        await AnswerAsync(await host.LoginAsync("ann@example.org", Password));
    }

    [Fact]
    public async Task A_refresh_token_ends_after_a_week_without_use()
    {
        var first = await host.RegisterAsync("ann@example.org");
        host.Time.Advance(TimeSpan.FromDays(6));
        var second = await AnswerAsync(await host.RefreshAsync(Refresh(first)));
        var never = await host.SignInAsync("ann@example.org");
        host.Time.Advance(TimeSpan.FromDays(7));
        await RefusalAsync(await host.RefreshAsync(Refresh(second)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.RefreshAsync(Refresh(never)), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task Logging_out_ends_the_session_and_may_be_repeated()
    {
        var first = await host.RegisterAsync("ann@example.org");
        object body = new { refreshToken = Refresh(first) };
        await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/logout", body), HttpStatusCode.NoContent);
        await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/logout", body), HttpStatusCode.NoContent);
        await RefusalAsync(await host.RefreshAsync(Refresh(first)), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_key_of_a_sign_out_ends_no_other_session()
    {
        var (first, second) = (await host.RegisterAsync("ann@example.org"), await host.RegisterAsync("bob@example.org"));
        for (var n = 0; n < 2; n++)
            await AnswerAsync(await LogoutAsync(first), HttpStatusCode.NoContent);
        await RefusalAsync(await LogoutAsync(second), 409, "IDEMPOTENCY_KEY_REUSED");
        await AnswerAsync(await host.RefreshAsync(Refresh(second)));

        Task<HttpResponseMessage> LogoutAsync(JsonElement signIn) =>
            SendAsync(
                host.Guest,
                HttpMethod.Post,
                "/api/auth/logout",
                new { refreshToken = Refresh(signIn) },
                key: "one attempt to sign out"
            );
    }

    [Fact]
    public async Task A_new_password_needs_the_current_one_and_ends_all_sessions()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var path = "/api/users/" + Id(first);
        var problem = await RefusalAsync(
            await SendAsync(host.As(first), HttpMethod.Put, path, new { password = "a newer password" }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("currentPassword", out _), problem.GetRawText());
        await RefusalAsync(
            await SendAsync(host.As(first), HttpMethod.Put, path, new { password = "a newer password", currentPassword = "guess" }),
            401,
            "INVALID_CREDENTIALS"
        );
        await AnswerAsync(
            await SendAsync(host.As(first), HttpMethod.Put, path, new { password = "a newer password", currentPassword = Password })
        );
        await RefusalAsync(await host.RefreshAsync(Refresh(first)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 401, "INVALID_CREDENTIALS");
        await AnswerAsync(await host.LoginAsync("ann@example.org", "a newer password"));
    }

    [Fact]
    public async Task Guessing_the_current_password_is_throttled_like_a_sign_in()
    {
        var first = await host.RegisterAsync("ann@example.org");
        object guess = new { password = "a newer password", currentPassword = "guess" };
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            await RefusalAsync(
                await SendAsync(host.As(first), HttpMethod.Put, "/api/users/" + Id(first), guess),
                401,
                "INVALID_CREDENTIALS"
            );
        await RefusalAsync(await SendAsync(host.As(first), HttpMethod.Put, "/api/users/" + Id(first), guess), 429, "RATE_LIMITED");
    }

    [Fact]
    public async Task A_session_that_began_before_the_new_password_and_was_kept_after_it_is_over()
    {
        var first = await host.RegisterAsync("ann@example.org");
        var before = (await host.Store.FindAsync(Id(first), Token))!;
        await AnswerAsync(
            await SendAsync(
                host.As(first),
                HttpMethod.Put,
                "/api/users/" + Id(first),
                new { password = "a newer password", currentPassword = Password }
            )
        );
        // The sign-in verified the old password, and its session is written only now.
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("late")));
        await host.Store.AddSessionAsync(
            new Session("late", before.Id, before.SessionEpoch, hash, host.Time.GetUtcNow().AddDays(7))
            {
                CreatedAt = host.Time.GetUtcNow(),
                UsedAt = host.Time.GetUtcNow(),
            },
            Token
        );
        await RefusalAsync(await host.RefreshAsync("late"), 401, "INVALID_CREDENTIALS");
    }

    [Theory]
    [InlineData("ann@example.org")]
    [InlineData("nobody@example.org")]
    public async Task Too_many_failures_make_the_account_wait_whether_or_not_it_exists(string email)
    {
        await host.RegisterAsync("ann@example.org");
        for (var n = 0; n < LoginThrottle.PairFailures; n++)
            await RefusalAsync(await host.LoginAsync(email, "not the password"), 401, "INVALID_CREDENTIALS");
        var refused = await host.LoginAsync(email, Password);
        await RefusalAsync(refused, 429, "RATE_LIMITED");
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter?.Delta);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(
            email == "ann@example.org" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized,
            (await host.LoginAsync(email, Password)).StatusCode
        );
    }

    [Fact]
    public async Task Failures_slow_down_the_one_who_fails_and_nobody_else()
    {
        await host.RegisterAsync();
        for (var n = 0; n < 5; n++)
            await RefusalAsync(await host.LoginAsync("ann@example.org", "wrong one"), 401, "INVALID_CREDENTIALS");
        var blocked = await host.LoginAsync("ann@example.org", Password);
        await RefusalAsync(blocked, 429, "RATE_LIMITED");
        Assert.Equal(TimeSpan.FromSeconds(2), blocked.Headers.RetryAfter?.Delta);
        await AnswerAsync(await host.LoginAsync("ann@example.org", Password, address: "192.0.2.2"));
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await host.SignInAsync("ann@example.org");
    }

    [Fact]
    public async Task Failures_from_everywhere_do_not_lock_out_an_address_the_owner_is_known_at()
    {
        await host.RegisterAsync();
        await host.SignInAsync("ann@example.org");
        for (var n = 0; n < 20; n++)
            await host.LoginAsync("ann@example.org", "wrong one", address: $"198.51.100.{n}");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password, address: "203.0.113.1"), 429, "RATE_LIMITED");
        await host.SignInAsync("ann@example.org");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await AnswerAsync(await host.LoginAsync("ann@example.org", Password, address: "203.0.113.1"));
    }

    [Fact]
    public async Task Guesses_at_once_are_counted_before_they_are_checked()
    {
        await host.RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => host.LoginAsync("ann@example.org", $"guess {n:00}")));
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(25, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Too_many_registrations_from_an_address_wait()
    {
        for (var n = 0; n < LoginThrottle.Registrations; n++)
            await host.RegisterAsync($"u{n}@example.org");
        var refused = await SendAsync(
            host.Guest,
            HttpMethod.Post,
            "/api/auth/register",
            new
            {
                name = "B",
                email = "b@example.org",
                password = Password,
            }
        );
        await RefusalAsync(refused, 429, "RATE_LIMITED");
        host.Time.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        await host.RegisterAsync("b@example.org");
    }

    [Fact]
    public async Task The_placeholder_address_of_an_erased_account_opens_nothing()
    {
        var first = await host.RegisterAsync("ann@example.org");
        await AnswerAsync(
            await SendAsync(host.As(first), HttpMethod.Delete, "/api/users/" + Id(first), new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(await host.LoginAsync("erased:" + Id(first), Password), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.RefreshAsync(Refresh(first)), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task Signing_in_and_failing_to_is_in_the_audit_without_address_or_password()
    {
        var first = await host.RegisterAsync("ann@example.org");
        await host.LoginAsync("ann@example.org", "not the password");
        await host.LoginAsync("ann@example.org", Password);
        Assert.Contains("SignInFailed " + Id(first), audit.Entries);
        Assert.Contains("SignedIn " + Id(first), audit.Entries);
        Assert.DoesNotContain(audit.Lines, l =>
            l.Contains("ann@", StringComparison.Ordinal) || l.Contains("password ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_token_can_be_verified_by_asking()
    {
        var first = await host.RegisterAsync("ann@example.org");
        object body = new { token = first.GetProperty("accessToken").GetString() };
        var good = await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/users/verify", body));
        Assert.Equal(
            (true, Id(first), Roles.User),
            (good.GetProperty("valid").GetBoolean(), good.GetProperty("userId").GetString(), good.GetProperty("role").GetString())
        );
        Assert.Equal("2026-03-02T12:15:00.000Z", Text(good, "expiresAt"));
        host.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.False(
            (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/users/verify", body))).GetProperty("valid").GetBoolean()
        );
    }

    [Fact]
    public async Task A_token_of_an_erased_account_is_not_valid()
    {
        var first = await host.RegisterAsync("ann@example.org");
        await AnswerAsync(
            await SendAsync(host.As(first), HttpMethod.Delete, "/api/users/" + Id(first), new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
        object body = new { token = first.GetProperty("accessToken").GetString() };
        Assert.False(
            (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/users/verify", body))).GetProperty("valid").GetBoolean()
        );
    }

    /// <summary>Keeps what is logged.</summary>
    private sealed class AuditLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(string Entry, string Line)> kept = new();

        public IEnumerable<string> Entries => kept.Select(k => k.Entry);

        public IEnumerable<string> Lines => kept.Select(k => k.Line);

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var userId = (state as IReadOnlyList<KeyValuePair<string, object?>>)?.FirstOrDefault(p => p.Key == "UserId").Value;
            kept.Enqueue(($"{eventId.Name} {userId}", formatter(state, exception)));
        }
    }
}
