using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartQueue.Contracts;
using SmartQueue.Testing;
using SmartQueue.Users.Credentials;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>One-time links: forgotten passwords, proven addresses, invitations.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    private static readonly string[] OneBranch = ["b1"];
    private static readonly string[] TwoBranches = ["b1", "b2"];

    private readonly Lines lines = new();
    private AccountsHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync(configure: s =>
            s.AddSingleton<ILoggerProvider>(lines).AddLogging(l => l.AddFilter<Lines>(null, LogLevel.Information))
        );
    }

    private IReadOnlyList<AccountLinkIssued> Mails => host.Host.Published.Of<AccountLinkIssued>();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_forgotten_password_is_replaced_by_a_mailed_link_once_and_all_sessions_end()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        await ForgotAsync("Ann@Example.org");
        var mail = await MailAsync("ann@example.org", "reset");
        Assert.Equal((Id(ann), host.Time.GetUtcNow().AddHours(1)), (mail.UserId, mail.ExpiresAt));
        Assert.StartsWith("http://localhost:4000/reset#", mail.Link, StringComparison.Ordinal);
        await AnswerAsync(await ResetAsync(Secret(mail), "a newer password"), HttpStatusCode.NoContent);
        await RefusalAsync(await ResetAsync(Secret(mail), "yet another password"), 400, "LINK_NOT_VALID");
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await host.RefreshAsync(Refresh(ann)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 401, "INVALID_CREDENTIALS");
        var back = await AnswerAsync(await host.LoginAsync("ann@example.org", "a newer password"));
        // Anyone who came by the mail holds the mailbox.
        Assert.True(back.GetProperty("user").GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task A_link_ends_with_its_hour_with_a_newer_one_and_with_a_new_password()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        await ForgotAsync("ann@example.org");
        var first = Secret(await MailAsync("ann@example.org", "reset"));
        await ForgotAsync("ann@example.org");
        var second = Secret(await MailAsync("ann@example.org", "reset", 2));
        await RefusalAsync(await ResetAsync(first, "a newer password"), 400, "LINK_NOT_VALID");
        await AnswerAsync(
            await SendAsync(
                host.As(ann),
                HttpMethod.Put,
                "/api/users/" + Id(ann),
                new { password = "my own choice", currentPassword = Password }
            )
        );
        await RefusalAsync(await ResetAsync(second, "a newer password"), 400, "LINK_NOT_VALID");
        await ForgotAsync("ann@example.org");
        var third = Secret(await MailAsync("ann@example.org", "reset", 3));
        host.Time.Advance(TimeSpan.FromHours(1));
        await RefusalAsync(await ResetAsync(third, "a newer password"), 400, "LINK_NOT_VALID");
        await AnswerAsync(await host.LoginAsync("ann@example.org", "my own choice"));
    }

    [Fact]
    public async Task Asking_for_a_link_tells_nothing_and_is_bounded()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var known = await ForgotAsync("ann@example.org");
        var unknown = await ForgotAsync("nobody@example.org");
        Assert.Equal(await known.Content.ReadAsStringAsync(Token), await unknown.Content.ReadAsStringAsync(Token));
        // The same answer also when the mails that were sent have to do.
        for (var n = 0; n < 8; n++)
            await ForgotAsync("ann@example.org");
        await MailAsync("ann@example.org", "reset", LoginThrottle.LinksPerEmail);
        for (var n = 10; n < LoginThrottle.LinksPerNetwork; n++)
            await ForgotAsync($"{n}@example.org");
        var refused = await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/forgot", new { email = "ann@example.org" });
        await RefusalAsync(refused, 429, "RATE_LIMITED");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(LoginThrottle.LinksPerEmail, Mails.Where(m => m.Kind == "reset").DistinctBy(m => m.EventId).Count());
        Assert.All(Mails, m => Assert.Equal(Id(ann), m.UserId));
    }

    [Fact]
    public async Task Registering_a_colleagues_address_and_waiting_leads_nowhere()
    {
        // Eve takes Ann's address before Ann, and waits to be promoted.
        var eve = await host.RegisterAsync("ann@example.org", "Ann");
        var admin = await host.AdminAsync();
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Put, "/api/users/" + Id(eve), new { role = "operator" }),
            409,
            "EMAIL_NOT_VERIFIED"
        );
        await AnswerAsync(await SendAsync(host.As(eve), HttpMethod.Put, "/api/users/" + Id(eve), new { phone = "+49 30 666" }));
        // The admin invites Ann, who comes by the link and gets the account, and Eve is out.
        var invited = await InviteAsync(admin, "ann@example.org", "operator");
        var ann = await AnswerAsync(await AcceptAsync(Secret(invited), "Ann"), HttpStatusCode.Created);
        Assert.Equal(Id(eve), Id(ann));
        var user = ann.GetProperty("user");
        Assert.Equal(
            ("operator", true, JsonValueKind.Null),
            (user.GetProperty("role").GetString(), user.GetProperty("emailVerified").GetBoolean(), user.GetProperty("phone").ValueKind)
        );
        await RefusalAsync(await SendAsync(host.As(eve), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await host.RefreshAsync(Refresh(eve)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 401, "INVALID_CREDENTIALS");
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"));
    }

    [Fact]
    public async Task A_proven_address_may_be_given_a_role_and_a_new_address_has_to_be_proven_again()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        Assert.False(ann.GetProperty("user").GetProperty("emailVerified").GetBoolean());
        var mail = await MailAsync("ann@example.org", "verification");
        Assert.StartsWith("http://localhost:4000/verify#", mail.Link, StringComparison.Ordinal);
        await AnswerAsync(await VerifyAsync(Secret(mail)), HttpStatusCode.NoContent);
        await RefusalAsync(await VerifyAsync(Secret(mail)), 400, "LINK_NOT_VALID");
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Post, "/api/users/me/verification"), 409, "CONFLICT");
        await AnswerAsync(await SendAsync(await host.AdminAsync(), HttpMethod.Put, "/api/users/" + Id(ann), new { role = "operator" }));

        var op = await AnswerAsync(await host.LoginAsync("ann@example.org", Password));
        var moved = await AnswerAsync(
            await SendAsync(
                host.As(op),
                HttpMethod.Put,
                "/api/users/" + Id(ann),
                new { email = "new@example.org", currentPassword = Password }
            )
        );
        Assert.False(moved.GetProperty("emailVerified").GetBoolean());
        await AnswerAsync(await VerifyAsync(Secret(await MailAsync("new@example.org", "verification"))), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_verification_can_be_mailed_again_a_few_times()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var first = Secret(await MailAsync("ann@example.org", "verification"));
        for (var n = 0; n < LoginThrottle.LinksPerEmail; n++)
            await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Post, "/api/users/me/verification"), HttpStatusCode.Accepted);
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Post, "/api/users/me/verification"), 429, "RATE_LIMITED");
        await RefusalAsync(await VerifyAsync(first), 400, "LINK_NOT_VALID");
        await AnswerAsync(
            await VerifyAsync(Secret(await MailAsync("ann@example.org", "verification", 1 + LoginThrottle.LinksPerEmail))),
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task An_address_is_changed_and_an_account_erased_with_the_password_only()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var path = "/api/users/" + Id(ann);
        var problem = await RefusalAsync(
            await SendAsync(host.As(ann), HttpMethod.Put, path, new { email = "thief@example.org" }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("currentPassword", out _));
        await RefusalAsync(
            await SendAsync(host.As(ann), HttpMethod.Put, path, new { email = "thief@example.org", currentPassword = "guess" }),
            401,
            "INVALID_CREDENTIALS"
        );
        problem = await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Delete, path), 400, "VALIDATION_FAILED");
        Assert.True(problem.GetProperty("errors").TryGetProperty("currentPassword", out _));
        await RefusalAsync(
            await SendAsync(host.As(ann), HttpMethod.Delete, path, new { currentPassword = "guess" }),
            401,
            "INVALID_CREDENTIALS"
        );
        // The address as it is changes nothing and needs nothing.
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Put, path, new { name = "Anna", email = "ANN@example.org" }));
        await AnswerAsync(
            await SendAsync(host.As(ann), HttpMethod.Put, path, new { email = "new@example.org", currentPassword = Password })
        );
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await host.RefreshAsync(Refresh(ann)), 401, "INVALID_CREDENTIALS");
        var again = await AnswerAsync(await host.LoginAsync("new@example.org", Password));
        await AnswerAsync(
            await SendAsync(host.As(again), HttpMethod.Delete, path, new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task An_admin_makes_a_link_for_somebody_and_never_knows_their_password()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var admin = await host.AdminAsync();
        var problem = await RefusalAsync(
            await SendAsync(admin, HttpMethod.Put, "/api/users/" + Id(ann), new { password = "chosen by the boss" }),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty("password", out _));
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Post, $"/api/users/{Id(ann)}/reset-link"), 403, "FORBIDDEN");
        await RefusalAsync(await SendAsync(admin, HttpMethod.Post, "/api/users/nobody/reset-link"), 404, "USER_NOT_FOUND");
        var made = await AnswerAsync(await SendAsync(admin, HttpMethod.Post, $"/api/users/{Id(ann)}/reset-link"), HttpStatusCode.Created);
        Assert.Equal(host.Time.GetUtcNow().AddHours(1), made.GetProperty("expiresAt").GetDateTimeOffset());
        await AnswerAsync(await ResetAsync(AccountsHost.Secret(made), "her own password"), HttpStatusCode.NoContent);
        var back = await AnswerAsync(await host.LoginAsync("ann@example.org", "her own password"));
        // It was handed over, so it proves nothing of the mailbox.
        Assert.False(back.GetProperty("user").GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task An_invitation_makes_an_account_in_its_role_and_branches_once()
    {
        var admin = await host.AdminAsync();
        var answer = await SendAsync(
            admin,
            HttpMethod.Post,
            "/api/auth/invitations",
            new
            {
                email = "Olga@example.org",
                role = "operator",
                branchIds = TwoBranches,
            }
        );
        var invited = await AnswerAsync(answer, HttpStatusCode.Created);
        Assert.Equal(["id", "email", "role", "branchIds", "link", "expiresAt"], invited.EnumerateObject().Select(p => p.Name));
        var open = await AnswerAsync(await SendAsync(admin, HttpMethod.Get, "/api/auth/invitations"));
        Assert.DoesNotContain("link", open.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("olga@example.org", Assert.Single(open.GetProperty("items").EnumerateArray()).GetProperty("email").GetString());
        Assert.Equal(invited.GetProperty("link").GetString(), (await MailAsync("olga@example.org", "invitation")).Link);

        var joined = await AnswerAsync(await AcceptAsync(AccountsHost.Secret(invited), "Olga"), HttpStatusCode.Created);
        var user = joined.GetProperty("user");
        Assert.Equal(
            ("olga@example.org", "operator", true, "Olga"),
            (
                user.GetProperty("email").GetString(),
                user.GetProperty("role").GetString(),
                user.GetProperty("emailVerified").GetBoolean(),
                user.GetProperty("name").GetString()
            )
        );
        Assert.Equal(["b1", "b2"], user.GetProperty("branchIds").EnumerateArray().Select(b => b.GetString()));
        Assert.NotNull(joined.GetProperty("deviceToken").GetString());
        await RefusalAsync(await AcceptAsync(AccountsHost.Secret(invited), "Eve"), 400, "LINK_NOT_VALID");
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/auth/invitations", new { email = "olga@example.org", role = "admin" }),
            409,
            "EMAIL_TAKEN"
        );
        Assert.Empty(
            (await AnswerAsync(await SendAsync(admin, HttpMethod.Get, "/api/auth/invitations"))).GetProperty("items").EnumerateArray()
        );
    }

    [Fact]
    public async Task An_invitation_ends_in_a_week_when_it_is_taken_back_and_when_there_is_a_newer_one()
    {
        var admin = await host.AdminAsync();
        var first = await InviteAsync(admin, "olga@example.org", "operator");
        var second = await InviteAsync(admin, "olga@example.org", "operator");
        await RefusalAsync(await AcceptAsync(Secret(first), "Olga"), 400, "LINK_NOT_VALID");
        await AnswerAsync(
            await SendAsync(admin, HttpMethod.Delete, "/api/auth/invitations/" + second.GetProperty("id").GetString()),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Delete, "/api/auth/invitations/" + second.GetProperty("id").GetString()),
            404,
            "NOT_FOUND"
        );
        await RefusalAsync(await AcceptAsync(Secret(second), "Olga"), 400, "LINK_NOT_VALID");
        var third = await InviteAsync(admin, "olga@example.org", "operator");
        host.Time.Advance(TimeSpan.FromDays(7));
        await RefusalAsync(await AcceptAsync(Secret(third), "Olga"), 400, "LINK_NOT_VALID");
    }

    [Fact]
    public async Task Of_many_who_accept_an_invitation_at_once_one_does()
    {
        var invited = await InviteAsync(await host.AdminAsync(), "olga@example.org", "operator");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => AcceptAsync(Secret(invited), $"Olga {n}")));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_repeated_invitation_and_a_repeated_acceptance_get_their_first_answer()
    {
        var admin = await host.AdminAsync();
        object body = new { email = "olga@example.org", role = "operator" };
        var invited = await AnswerAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/auth/invitations", body, key: "one attempt of the boss"),
            HttpStatusCode.Created
        );
        var again = await AnswerAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/auth/invitations", body, key: "one attempt of the boss"),
            HttpStatusCode.Created
        );
        Assert.Equal(invited.GetRawText(), again.GetRawText());
        await RefusalAsync(
            await SendAsync(
                admin,
                HttpMethod.Post,
                "/api/auth/invitations",
                new { email = "eve@example.org", role = "admin" },
                key: "one attempt of the boss"
            ),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
        object accepted = new
        {
            token = AccountsHost.Secret(invited),
            name = "Olga",
            password = Password,
        };
        var joined = await AnswerAsync(
            await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/accept", accepted, key: "one attempt of Olga's"),
            HttpStatusCode.Created
        );
        Assert.Equal(
            joined.GetRawText(),
            (
                await AnswerAsync(
                    await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/accept", accepted, key: "one attempt of Olga's"),
                    HttpStatusCode.Created
                )
            ).GetRawText()
        );
    }

    [Fact]
    public async Task A_forgotten_password_is_asked_for_once_under_a_key_known_or_not()
    {
        await host.RegisterAsync("ann@example.org");
        foreach (var email in new[] { "ann@example.org", "nobody@example.org" })
        {
            var key = "one attempt for " + email;
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostAsync("/api/auth/forgot", new { email }, key)));
            Assert.All(answers, a => Assert.Equal(HttpStatusCode.Accepted, a.StatusCode));
            Assert.Equal(HttpStatusCode.Accepted, (await PostAsync("/api/auth/forgot", new { email }, key)).StatusCode);
            await RefusalAsync(await PostAsync("/api/auth/forgot", new { email = "eve@example.org" }, key), 409, "IDEMPOTENCY_KEY_REUSED");
        }

        // One after the other they are seen to: once the admin's is mailed, no more come for Ann.
        await ForgotAsync(AdminEmail);
        await MailAsync(AdminEmail, "reset");
        await MailAsync("ann@example.org", "reset");
        Assert.Single(Mails.Where(m => m is { Email: "ann@example.org", Kind: "reset" }).DistinctBy(m => m.EventId));
    }

    [Fact]
    public async Task A_repeat_of_a_link_that_was_used_is_answered_as_the_first_time_and_changes_nothing()
    {
        await host.RegisterAsync("ann@example.org");
        var proof = Secret(await MailAsync("ann@example.org", "verification"));
        await ForgotAsync("ann@example.org");
        var reset = Secret(await MailAsync("ann@example.org", "reset"));
        foreach (
            var (path, body, other) in new (string, object, object)[]
            {
                ("/api/auth/verify-email", new { token = proof }, new { token = reset }),
                (
                    "/api/auth/reset",
                    new { token = reset, password = "a newer password" },
                    new { token = reset, password = "the other one" }
                ),
            }
        )
        {
            var key = "one attempt at " + path;
            await AnswerAsync(await PostAsync(path, body, key), HttpStatusCode.NoContent);
            var signIn = await host.LoginAsync(
                "ann@example.org",
                path.EndsWith("reset", StringComparison.Ordinal) ? "a newer password" : Password
            );
            var ann = host.As(await AnswerAsync(signIn));
            await AnswerAsync(await PostAsync(path, body, key), HttpStatusCode.NoContent);
            await RefusalAsync(await PostAsync(path, other, key), 409, "IDEMPOTENCY_KEY_REUSED");
            await RefusalAsync(await PostAsync(path, body, "another attempt at it"), 400, "LINK_NOT_VALID");
            // A second reset would have ended her session.
            await AnswerAsync(await SendAsync(ann, HttpMethod.Get, "/api/users/me"));
        }
    }

    [Fact]
    public async Task A_repeat_mails_no_second_proof_and_hands_over_the_same_link()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var first = await MailAsync("ann@example.org", "verification");
        for (var n = 0; n < 2; n++)
            await AnswerAsync(
                await SendAsync(host.As(ann), HttpMethod.Post, "/api/users/me/verification", key: "again"),
                HttpStatusCode.Accepted
            );
        await AnswerAsync(
            await SendAsync(host.As(ann), HttpMethod.Post, "/api/users/me/verification", key: "and again"),
            HttpStatusCode.Accepted
        );
        var latest = await MailAsync("ann@example.org", "verification", 3);
        Assert.Equal(first.Version + 2, latest.Version);

        var admin = await host.AdminAsync();
        var path = $"/api/users/{Id(ann)}/reset-link";
        var made = await AnswerAsync(await SendAsync(admin, HttpMethod.Post, path, key: "link"), HttpStatusCode.Created);
        var again = await AnswerAsync(await SendAsync(admin, HttpMethod.Post, path, key: "link"), HttpStatusCode.Created);
        Assert.Equal(made.GetRawText(), again.GetRawText());
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/users/nobody/reset-link", key: "link"),
            409,
            "IDEMPOTENCY_KEY_REUSED"
        );
        await AnswerAsync(await ResetAsync(AccountsHost.Secret(made), "her own password"), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_account_that_is_switched_off_is_out_at_once_and_says_so_to_those_only_who_know_the_password()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var admin = await host.AdminAsync();
        var path = "/api/users/" + Id(ann);
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Put, path, new { disabled = true }), 403, "FORBIDDEN");
        Assert.True(
            (await AnswerAsync(await SendAsync(admin, HttpMethod.Put, path, new { disabled = true }))).GetProperty("disabled").GetBoolean()
        );
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await host.RefreshAsync(Refresh(ann)), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", "not the password"), 401, "INVALID_CREDENTIALS");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 403, "ACCOUNT_DISABLED");
        await ForgotAsync("ann@example.org");
        await ForgotAsync(AdminEmail);
        await MailAsync(AdminEmail, "reset");
        Assert.DoesNotContain(Mails, m => m.Email == "ann@example.org" && m.Kind == "reset");
        Assert.False(
            (await AnswerAsync(await SendAsync(admin, HttpMethod.Put, path, new { disabled = false }))).GetProperty("disabled").GetBoolean()
        );
        await AnswerAsync(await host.LoginAsync("ann@example.org", Password));

        var me = (await AnswerAsync(await SendAsync(admin, HttpMethod.Get, "/api/users/me"))).GetProperty("id").GetString();
        await RefusalAsync(await SendAsync(admin, HttpMethod.Put, "/api/users/" + me, new { disabled = true }), 409, "CONFLICT");
    }

    [Fact]
    public async Task Branches_are_set_by_admins_and_null_means_all()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var admin = await host.AdminAsync();
        var path = "/api/users/" + Id(ann);
        Assert.Equal(JsonValueKind.Null, ann.GetProperty("user").GetProperty("branchIds").ValueKind);
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Put, path, new { branchIds = OneBranch }), 403, "FORBIDDEN");
        var bound = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, path, new { branchIds = OneBranch }));
        Assert.Equal(["b1"], bound.GetProperty("branchIds").EnumerateArray().Select(b => b.GetString()));
        bound = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, path, new { name = "Anna" }));
        Assert.Equal(["b1"], bound.GetProperty("branchIds").EnumerateArray().Select(b => b.GetString()));
        foreach (
            var wrong in new object[]
            {
                Array.Empty<string>(),
                "b1",
                new object[] { 1 },
                new[] { "" },
                new[] { "b1", "b1" },
                new[] { new string('b', 65) },
                Enumerable.Range(0, 201).Select(i => "b" + i).ToArray(),
            }
        )
            await RefusalAsync(await SendAsync(admin, HttpMethod.Put, path, new { branchIds = wrong }), 400, "VALIDATION_FAILED");
        bound = await AnswerAsync(await SendAsync(admin, HttpMethod.Put, path, new { branchIds = (string[]?)null }));
        Assert.Equal(JsonValueKind.Null, bound.GetProperty("branchIds").ValueKind);
        // What was signed in under other branches is so no longer.
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task An_admin_bound_to_branches_gives_nobody_more_than_they_have()
    {
        var admin = await host.AdminAsync();
        var bound = await JoinAsync(admin, "bea@example.org", "admin", OneBranch);
        var far = await JoinAsync(admin, "far@example.org", "operator", ["b2"]);
        var both = await JoinAsync(admin, "both@example.org", "operator", TwoBranches);
        var all = await JoinAsync(admin, "all@example.org", "operator", null);
        var near = await JoinAsync(admin, "near@example.org", "operator", OneBranch);
        var bea = host.As(bound);

        foreach (var beyond in new[] { far, both, all })
        {
            var path = "/api/users/" + Id(beyond);
            await RefusalAsync(await SendAsync(bea, HttpMethod.Put, path, new { disabled = true }), 404, "USER_NOT_FOUND");
            await RefusalAsync(await SendAsync(bea, HttpMethod.Post, path + "/reset-link", new { }), 404, "USER_NOT_FOUND");
            await RefusalAsync(await SendAsync(bea, HttpMethod.Delete, path), 404, "USER_NOT_FOUND");
        }

        foreach (var who in new[] { near, bound })
        {
            foreach (var more in new[] { null, TwoBranches, ["b2"] })
                await RefusalAsync(
                    await SendAsync(bea, HttpMethod.Put, "/api/users/" + Id(who), new { branchIds = more }),
                    400,
                    "VALIDATION_FAILED"
                );
        }

        foreach (var more in new[] { null, TwoBranches, ["b2"] })
            await RefusalAsync(
                await SendAsync(bea, HttpMethod.Post, "/api/auth/invitations", Invited("new@example.org", "operator", more)),
                400,
                "VALIDATION_FAILED"
            );
        await AnswerAsync(await SendAsync(bea, HttpMethod.Put, "/api/users/" + Id(near), new { name = "Nea" }));
        await JoinAsync(bea, "new@example.org", "operator", OneBranch);

        var open = await AnswerAsync(
            await SendAsync(admin, HttpMethod.Post, "/api/auth/invitations", Invited("far2@example.org", "operator", ["b2"])),
            HttpStatusCode.Created
        );
        var invitation = "/api/auth/invitations/" + open.GetProperty("id").GetString();
        await RefusalAsync(await SendAsync(bea, HttpMethod.Delete, invitation), 404, "NOT_FOUND");
        await AnswerAsync(await SendAsync(admin, HttpMethod.Delete, invitation), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_admin_bound_to_branches_makes_staff_of_theirs_alone()
    {
        var admin = await host.AdminAsync();
        var bea = host.As(await JoinAsync(admin, "bea@example.org", "admin", OneBranch));
        var path = "/api/users/" + Id(await JoinAsync(admin, "uma@example.org", "user", null));
        await RefusalAsync(await SendAsync(bea, HttpMethod.Put, path, new { role = "operator" }), 400, "VALIDATION_FAILED");
        var made = await AnswerAsync(await SendAsync(bea, HttpMethod.Put, path, new { role = "operator", branchIds = OneBranch }));
        Assert.Equal("operator", made.GetProperty("role").GetString());
    }

    private static object Invited(string email, string role, string[]? branchIds) =>
        new
        {
            email,
            role,
            branchIds,
        };

    private async Task<JsonElement> JoinAsync(HttpClient by, string email, string role, string[]? branchIds) =>
        await AnswerAsync(
            await AcceptAsync(
                AccountsHost.Secret(
                    await AnswerAsync(
                        await SendAsync(by, HttpMethod.Post, "/api/auth/invitations", Invited(email, role, branchIds)),
                        HttpStatusCode.Created
                    )
                ),
                email
            ),
            HttpStatusCode.Created
        );

    [Theory]
    [InlineData("/api/auth/reset", """{"token":"a.b","password":"short"}""", "password")]
    [InlineData("/api/auth/reset", """{"password":"long enough"}""", "token")]
    [InlineData("/api/auth/verify-email", "{}", "token")]
    [InlineData("/api/auth/accept", """{"token":"a.b","name":" ","password":"long enough"}""", "name")]
    [InlineData("/api/auth/forgot", """{"email":"nobody"}""", "email")]
    public async Task What_is_wrong_with_a_request_is_named(string path, string body, string field)
    {
        var problem = await RefusalAsync(
            await SendAsync(host.Guest, HttpMethod.Post, path, new StringContent(body, System.Text.Encoding.UTF8, "application/json")),
            400,
            "VALIDATION_FAILED"
        );
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task An_invitation_that_makes_no_sense_is_refused_with_each_field()
    {
        var problem = await RefusalAsync(
            await SendAsync(
                await host.AdminAsync(),
                HttpMethod.Post,
                "/api/auth/invitations",
                new
                {
                    email = "x",
                    role = "king",
                    branchIds = Array.Empty<string>(),
                }
            ),
            400,
            "VALIDATION_FAILED"
        );
        Assert.Equal(["branchIds", "email", "role"], problem.GetProperty("errors").EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public async Task Links_of_no_account_are_as_dead_as_used_ones()
    {
        foreach (var token in new[] { "x", ".", "a.", ".b", "nobody.secret", new string('.', 128) })
        {
            await RefusalAsync(await ResetAsync(token, "a newer password"), 400, "LINK_NOT_VALID");
            await RefusalAsync(await VerifyAsync(token), 400, "LINK_NOT_VALID");
            await RefusalAsync(await AcceptAsync(token, "Eve"), 400, "LINK_NOT_VALID");
        }
    }

    [Fact]
    public async Task Neither_a_link_nor_an_address_is_logged_or_kept_in_clear_and_each_step_is_audited()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        await ForgotAsync("ann@example.org");
        var token = Secret(await MailAsync("ann@example.org", "reset"));
        var made = await AnswerAsync(
            await SendAsync(await host.AdminAsync(), HttpMethod.Post, $"/api/users/{Id(ann)}/reset-link"),
            HttpStatusCode.Created
        );
        await AnswerAsync(await ResetAsync(AccountsHost.Secret(made), "a newer password"), HttpStatusCode.NoContent);
        Assert.DoesNotContain(
            token.Split('.')[1],
            JsonSerializer.Serialize(await host.Store.FindAsync(Id(ann), Token)),
            StringComparison.Ordinal
        );
        Assert.All(new[] { token, AccountsHost.Secret(made), "ann@example.org" }, secret =>
            Assert.DoesNotContain(lines.All, l => l.Contains(secret, StringComparison.Ordinal))
        );
        foreach (
            var said in new[]
            {
                $"Audit: a link to a new password was mailed to {Id(ann)}",
                $"made a link to a new password for {Id(ann)}",
                $"Audit: {Id(ann)} set a new password by a link",
            }
        )
            Assert.Contains(lines.All, l => l.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mails_are_in_the_language_the_browser_asks_for()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/register")
        {
            Content = System.Net.Http.Json.JsonContent.Create(
                new
                {
                    name = "Ann",
                    email = "ann@example.org",
                    password = Password,
                }
            ),
        };
        request.Headers.TryAddWithoutValidation("Accept-Language", "en;q=0.3, de-AT, *;q=0.1");
        await AnswerAsync(await host.Guest.SendAsync(request, Token), HttpStatusCode.Created);
        Assert.Equal("de-AT", (await MailAsync("ann@example.org", "verification")).Language);
    }

    private static string Secret(AccountLinkIssued mail) => mail.Link.Split('#')[1];

    private static string Secret(JsonElement answer) => AccountsHost.Secret(answer);

    private static async Task<JsonElement> InviteAsync(HttpClient admin, string email, string role) =>
        await AnswerAsync(await SendAsync(admin, HttpMethod.Post, "/api/auth/invitations", new { email, role }), HttpStatusCode.Created);

    private async Task<HttpResponseMessage> ForgotAsync(string email)
    {
        var answer = await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/forgot", new { email });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer;
    }

    private Task<HttpResponseMessage> PostAsync(string path, object body, string key) =>
        SendAsync(host.Guest, HttpMethod.Post, path, body, key: key);

    private Task<HttpResponseMessage> ResetAsync(string token, string password) =>
        SendAsync(host.Guest, HttpMethod.Post, "/api/auth/reset", new { token, password });

    private Task<HttpResponseMessage> VerifyAsync(string token) =>
        SendAsync(host.Guest, HttpMethod.Post, "/api/auth/verify-email", new { token });

    private Task<HttpResponseMessage> AcceptAsync(string token, string name) =>
        SendAsync(
            host.Guest,
            HttpMethod.Post,
            "/api/auth/accept",
            new
            {
                token,
                name,
                password = "a password of her own",
            }
        );

    /// <summary>The latest mail of a kind to an address, once there are that many.</summary>
    private async Task<AccountLinkIssued> MailAsync(string email, string kind, int count = 1) =>
        (
            await Eventually.GetAsync(
                () =>
                    Task.FromResult(
                        Mails.Where(m => m.Email == email && m.Kind == kind).DistinctBy(m => m.EventId).OrderBy(m => m.Version).ToList()
                    ),
                m => m.Count >= count
            )
        )[^1];

    /// <summary>Keeps what is logged.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> kept = new();

        public IEnumerable<string> All => kept;

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
        ) => kept.Enqueue(formatter(state, exception));
    }
}
