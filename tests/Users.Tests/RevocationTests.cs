using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Modules;
using SmartQueue.Testing;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>Access tokens end with the password, role or account they were given for.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task A_new_password_ends_the_tokens_there_are_at_once_and_no_later_ones()
    {
        await using var host = await StartAsync();
        var ann = await host.RegisterAsync();
        var other = await host.RegisterAsync("other@example.org");
        var elsewhere = await host.SignInAsync("ann@example.org");
        await AnswerAsync(
            await SendAsync(
                host.As(ann),
                HttpMethod.Put,
                $"/api/users/{Id(ann)}",
                new { password = "a new password", currentPassword = Password }
            )
        );
        foreach (var old in new[] { ann, elsewhere })
            await RefusalAsync(await SendAsync(host.As(old), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
        await AnswerAsync(
            await SendAsync(host.As(await host.SignInAsync("ann@example.org", "a new password")), HttpMethod.Get, "/api/users/me")
        );
        await AnswerAsync(await SendAsync(host.As(other), HttpMethod.Get, "/api/users/me"));
        Assert.False(
            (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/users/verify", new { token = Access(ann) })))
                .GetProperty("valid")
                .GetBoolean()
        );
    }

    [Fact]
    public async Task A_new_role_ends_what_the_old_one_allowed_and_a_new_name_ends_nothing()
    {
        await using var host = await StartAsync();
        var boss = await host.JoinAsync("second@example.org", Roles.Admin);
        var admin = await host.AdminAsync();
        await AnswerAsync(await SendAsync(admin, HttpMethod.Put, $"/api/users/{Id(boss)}", new { name = "Boss" }));
        await AnswerAsync(await SendAsync(host.As(boss), HttpMethod.Get, "/api/users"));
        await AnswerAsync(await SendAsync(admin, HttpMethod.Put, $"/api/users/{Id(boss)}", new { role = Roles.User }));
        await RefusalAsync(await SendAsync(host.As(boss), HttpMethod.Get, "/api/users"), 401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task What_is_revoked_is_told_without_saying_whose_it_is_until_it_has_ended_by_itself()
    {
        await using var host = await StartAsync();
        var ann = await host.RegisterAsync();
        await AnswerAsync(
            await SendAsync(
                host.As(ann),
                HttpMethod.Put,
                $"/api/users/{Id(ann)}",
                new { password = "a new password", currentPassword = Password }
            )
        );
        var told = Assert.Single(await ListAsync(host));
        Assert.Equal(RevokedTokens.SubjectOf(Id(ann)), Text(told, "subject"));
        Assert.DoesNotContain(Id(ann), told.GetRawText(), StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Empty(await ListAsync(host));
    }

    [Fact]
    public async Task A_restart_forgets_no_revocation()
    {
        using var folder = new TemporaryFolder();
        string access;
        await using (var host = await StartAsync(folder))
        {
            var ann = await host.RegisterAsync();
            access = Access(ann);
            await AnswerAsync(
                await SendAsync(
                    host.As(ann),
                    HttpMethod.Put,
                    $"/api/users/{Id(ann)}",
                    new { password = "a new password", currentPassword = Password }
                )
            );
        }

        await using var again = await StartAsync(folder);
        var started = again.Time.GetUtcNow();
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await SendAsync(again.Host.WithToken(access), HttpMethod.Get, "/api/users/me");
            if (answer.StatusCode != HttpStatusCode.Unauthorized)
                again.Time.Advance(TimeSpan.FromSeconds(10));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
        // Long before the token would have ended by itself.
        Assert.InRange(again.Time.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_process_without_the_user_service_hears_of_it_in_seconds_and_keeps_what_it_knows()
    {
        var time = new FakeTimeProvider(Some.Noon);
        var source = new Source();
        await using var host = await ServiceHost.StartAsync([new Door()], time, configure: s =>
            s.Replace(ServiceDescriptor.Singleton<IRevokedTokenSource>(source))
        );
        var ada = host.SignedIn("ada", Roles.User);
        await AnswerAsync(await SendAsync(ada, HttpMethod.Get, "/door"));
        source.Tokens = [new RevokedToken(RevokedTokens.SubjectOf("ada"), 1, time.GetUtcNow().AddMinutes(16))];
        var started = time.GetUtcNow();
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await SendAsync(ada, HttpMethod.Get, "/door");
            if (answer.StatusCode == HttpStatusCode.OK)
                time.Advance(TimeSpan.FromSeconds(1));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
        Assert.InRange(time.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        source.Tokens = null;
        var asked = source.Asked;
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(source.Asked > asked + 1);
        });
        await RefusalAsync(await SendAsync(ada, HttpMethod.Get, "/door"), 401, "UNAUTHENTICATED");
        await AnswerAsync(await SendAsync(host.SignedIn("bob", Roles.User), HttpMethod.Get, "/door"));
    }

    [Fact]
    public async Task Answers_with_tokens_are_for_nobodys_cache()
    {
        await using var host = await StartAsync();
        using var answer = await SendAsync(
            host.Guest,
            HttpMethod.Post,
            "/api/auth/register",
            new
            {
                name = "Ann",
                email = "ann@example.org",
                password = Password,
            }
        );
        Assert.True(answer.Headers.CacheControl?.NoStore);
        using var signIn = await host.LoginAsync("ann@example.org", Password);
        Assert.True(signIn.Headers.CacheControl?.NoStore);
        using var refused = await host.LoginAsync("ann@example.org", "wrong password");
        Assert.True(refused.Headers.CacheControl?.NoStore);
    }

    private static async Task<List<JsonElement>> ListAsync(AccountsHost host) =>
        [.. (await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Get, "/.well-known/revoked-tokens"))).EnumerateArray()];

    private sealed class Source : IRevokedTokenSource
    {
        private int asked;

        public IReadOnlyList<RevokedToken>? Tokens { get; set; } = [];

        public int Asked => Volatile.Read(ref asked);

        public Task<IReadOnlyList<RevokedToken>> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            return Tokens is null ? throw new HttpRequestException("away") : Task.FromResult(Tokens);
        }
    }

    private sealed class Door : IServiceModule
    {
        public string Name => ServiceNames.Queues;

        public IReadOnlyList<string> Routes => [];

        public IReadOnlyList<ServiceEndpoint> Endpoints => [];

        public void AddServices(IServiceCollection services, ModuleContext context) { }

        public void MapEndpoints(IEndpointRouteBuilder routes) =>
            routes.MapGet("/door", () => Results.Ok()).RequireAuthorization(Policies.SignedIn);
    }
}
