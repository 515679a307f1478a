using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using SmartQueue.Users.Http;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>Who sees and changes what.</summary>
public sealed class AccountRoutesTests : IAsyncLifetime
{
    private AccountsHost host = null!;

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Others_do_not_see_that_there_is_an_account()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var bob = host.As(await host.RegisterAsync("bob@example.org"));
        var path = "/api/users/" + Id(ann);
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Get, path), 401, "UNAUTHENTICATED");
        await RefusalAsync(await SendAsync(bob, HttpMethod.Get, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bob, HttpMethod.Put, path, new { name = "B" }), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bob, HttpMethod.Put, path, new { role = "admin" }), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bob, HttpMethod.Delete, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(bob, HttpMethod.Get, "/api/users"), 403, "FORBIDDEN");
        await RefusalAsync(await SendAsync(await host.AdminAsync(), HttpMethod.Get, "/api/users/unknown"), 404, "USER_NOT_FOUND");
    }

    [Fact]
    public async Task Operators_see_names_only_and_change_nothing()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var (_, op) = await host.OperatorAsync();
        var seen = await AnswerAsync(await SendAsync(op, HttpMethod.Get, "/api/users/" + Id(ann)));
        Assert.Equal(["id", "name"], seen.EnumerateObject().Select(p => p.Name));
        await RefusalAsync(await SendAsync(op, HttpMethod.Put, "/api/users/" + Id(ann), new { name = "B" }), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(op, HttpMethod.Delete, "/api/users/" + Id(ann)), 404, "USER_NOT_FOUND");
        await RefusalAsync(await SendAsync(op, HttpMethod.Get, "/api/users"), 403, "FORBIDDEN");
    }

    [Fact]
    public async Task Nobody_gives_a_role_but_an_admin()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var path = "/api/users/" + Id(ann);
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Put, path, new { role = "admin" }), 403, "FORBIDDEN");
        await host.ProveAsync(Id(ann));
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Put, path, new { role = "admin" }), 403, "FORBIDDEN");
        var (opId, op) = await host.OperatorAsync();
        await RefusalAsync(await SendAsync(op, HttpMethod.Put, "/api/users/" + opId, new { role = "admin" }), 403, "FORBIDDEN");
        var changed = await AnswerAsync(await SendAsync(await host.AdminAsync(), HttpMethod.Put, path, new { role = "operator" }));
        Assert.Equal("operator", changed.GetProperty("role").GetString());
        // A new role needs a new sign-in: the old family is over.
        await RefusalAsync(await host.RefreshAsync(Refresh(ann)), 401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_change_of_a_version_seen_before_is_refused()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var path = "/api/users/" + Id(ann);
        Assert.Equal("W/\"1\"", (await SendAsync(host.As(ann), HttpMethod.Get, path)).Headers.ETag?.ToString());
        var changed = await SendAsync(host.As(ann), HttpMethod.Put, path, new { name = "Anna", phone = "12345" }, ifMatch: "W/\"1\"");
        Assert.Equal(
            ("Anna", "12345"),
            ((await AnswerAsync(changed)).GetProperty("name").GetString(), (await AnswerAsync(changed)).GetProperty("phone").GetString())
        );
        Assert.Equal("W/\"2\"", changed.Headers.ETag?.ToString());
        await RefusalAsync(
            await SendAsync(host.As(ann), HttpMethod.Put, path, new { name = "Anne" }, ifMatch: "W/\"1\""),
            412,
            "VERSION_CONFLICT"
        );
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Delete, path, ifMatch: "W/\"1\""), 412, "VERSION_CONFLICT");
        await AnswerAsync(
            await SendAsync(host.As(ann), HttpMethod.Delete, path, new { currentPassword = Password }, ifMatch: "W/\"2\""),
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task Many_changes_at_once_all_count()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var changes = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(n => SendAsync(host.As(ann), HttpMethod.Put, "/api/users/" + Id(ann), new { name = $"A{n}" }))
        );
        Assert.All(changes, c => Assert.Equal(HttpStatusCode.OK, c.StatusCode));
        Assert.Equal(11, (await host.Store.FindAsync(Id(ann), Token))!.Version);
    }

    [Fact]
    public async Task A_person_changes_name_phone_and_address_together()
    {
        var ann = await host.RegisterAsync(phone: "+49 123 456");
        var (client, path) = (host.As(ann), $"/api/users/{Id(ann)}");
        var changed = await AnswerAsync(
            await SendAsync(
                client,
                HttpMethod.Put,
                path,
                new
                {
                    name = "Ann L.",
                    phone = "",
                    email = "L@example.org",
                    currentPassword = Password,
                }
            )
        );
        Assert.Equal(
            ("Ann L.", "l@example.org", JsonValueKind.Null),
            (Text(changed, "name"), Text(changed, "email"), changed.GetProperty("phone").ValueKind)
        );
        await host.SignInAsync("l@example.org");
    }

    [Fact]
    public async Task An_email_address_can_be_changed_to_a_free_one()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        await host.RegisterAsync("bob@example.org");
        await RefusalAsync(
            await SendAsync(
                host.As(ann),
                HttpMethod.Put,
                "/api/users/" + Id(ann),
                new { email = "Bob@example.org", currentPassword = Password }
            ),
            409,
            "EMAIL_TAKEN"
        );
        await AnswerAsync(
            await SendAsync(
                host.As(ann),
                HttpMethod.Put,
                "/api/users/" + Id(ann),
                new { email = "New@example.org", currentPassword = Password }
            )
        );
        await AnswerAsync(await host.LoginAsync("new@example.org", Password));
        await host.RegisterAsync("ann@example.org");
    }

    [Fact]
    public async Task Admins_list_people_page_by_page_by_role_and_text()
    {
        foreach (var n in Enumerable.Range(0, 5))
            await host.RegisterAsync($"u{n}@example.org", $"Person {n}");
        var admin = await host.AdminAsync();
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await AnswerAsync(
                await SendAsync(admin, HttpMethod.Get, $"/api/users?role=user&limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")
            );
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(u => u.GetProperty("name").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        } while (cursor is not null);
        Assert.Equal(["Person 0", "Person 1", "Person 2", "Person 3", "Person 4"], names.Order());
        var found = await AnswerAsync(await SendAsync(admin, HttpMethod.Get, "/api/users?q=U3@EXAMPLE"));
        Assert.Equal("Person 3", Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("name").GetString());
        foreach (var wrong in new[] { "role=king", "limit=0", "limit=x", "cursor=%00", "q=%01" })
        {
            var problem = await RefusalAsync(await SendAsync(admin, HttpMethod.Get, "/api/users?" + wrong), 400, "VALIDATION_FAILED");
            Assert.True(problem.GetProperty("errors").TryGetProperty(wrong.Split('=')[0], out _), problem.GetRawText());
        }
    }

    [Theory]
    [InlineData("demoted")]
    [InlineData("erased")]
    public async Task The_last_admin_can_be_neither_demoted_nor_erased_and_one_of_two_can(string ends)
    {
        var admin = await host.AdminAsync();
        var id = (await AnswerAsync(await SendAsync(admin, HttpMethod.Get, "/api/users/me"))).GetProperty("id").GetString();
        await RefusalAsync(await SendAsync(admin, HttpMethod.Put, "/api/users/" + id, new { role = "user" }), 409, "CONFLICT");
        await RefusalAsync(
            await SendAsync(admin, HttpMethod.Delete, "/api/users/" + id, new { currentPassword = AdminPassword }),
            409,
            "CONFLICT"
        );
        await host.JoinAsync("second@example.org", "admin");
        if (ends == "demoted")
            await AnswerAsync(await SendAsync(admin, HttpMethod.Put, "/api/users/" + id, new { role = "user" }));
        else
            await AnswerAsync(
                await SendAsync(admin, HttpMethod.Delete, "/api/users/" + id, new { currentPassword = AdminPassword }),
                HttpStatusCode.NoContent
            );
    }

    [Fact]
    public async Task Of_two_admins_who_leave_at_once_one_stays()
    {
        for (var n = 0; n < 10; n++)
        {
            var admins = (await host.Store.ListAsync(Roles.Admin, null, null, Hosting.Http.PageRequest.First(10), Token))
                .Select(a => a.Id)
                .ToList();
            var second = Some.Registered($"{n}@example.org", role: Roles.Admin);
            await host.Store.AddAsync(second, null, null, Token);
            admins.Add(second.Next.Id);
            var desk = host.Host.Services.GetRequiredService<UserDesk>();
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
    public async Task An_erased_person_is_gone_and_the_address_free()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        var path = "/api/users/" + Id(ann);
        await AnswerAsync(
            await SendAsync(host.As(ann), HttpMethod.Delete, path, new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
        await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await RefusalAsync(await SendAsync(await host.AdminAsync(), HttpMethod.Get, path), 404, "USER_NOT_FOUND");
        await RefusalAsync(await host.LoginAsync("ann@example.org", Password), 401, "INVALID_CREDENTIALS");
        Assert.NotEqual(Id(ann), Id(await host.RegisterAsync("ann@example.org")));
    }

    [Fact]
    public async Task What_happens_to_an_account_is_published_in_order()
    {
        var ann = await host.RegisterAsync("ann@example.org");
        await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Put, "/api/users/" + Id(ann), new { name = "Anna" }));
        await AnswerAsync(
            await SendAsync(host.As(ann), HttpMethod.Delete, "/api/users/" + Id(ann), new { currentPassword = Password }),
            HttpStatusCode.NoContent
        );
        // Delivery is at least once, so a repeat is no surprise.
        await Eventually.GetAsync(
            () => Task.FromResult(string.Join(", ", OfAnn().Select(e => e.GetType().Name))),
            told => told == "UserRegistered, UserUpdated, UserErased"
        );
        var events = OfAnn();
        Assert.Equal(["Ann", "Anna"], [((UserRegistered)events[0]).User.Name, ((UserUpdated)events[1]).User.Name]);

        List<IEvent> OfAnn() =>
            [
                .. host
                    .Host.Published.Of<IEvent>()
                    .Where(e => e.AggregateId == Id(ann) && e is not AccountLinkIssued)
                    .DistinctBy(e => e.EventId)
                    .OrderBy(e => e.Version),
            ];
    }
}
