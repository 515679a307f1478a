using Microsoft.Extensions.Configuration;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary><c>./run reset-admin</c>.</summary>
public sealed class AdminResetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_lost_admin_gets_in_again_by_a_link_that_is_good_once()
    {
        await using (await StartAsync(folder)) { }
        var (email, link) = await AdminReset.RunAsync(Context(), null, Token);
        Assert.Equal(AdminEmail, email);
        Assert.StartsWith("https://queue.example.org/reset#", link, StringComparison.Ordinal);
        await using var host = await StartAsync(folder);
        // The clock of the test stands in the past of the link.
        object body = new { token = link.Split('#')[1], password = "a newer password" };
        await AnswerAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/reset", body), System.Net.HttpStatusCode.NoContent);
        await RefusalAsync(await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/reset", body), 400, "LINK_NOT_VALID");
        await RefusalAsync(await host.LoginAsync(AdminEmail, AdminPassword), 401, "INVALID_CREDENTIALS");
        await AnswerAsync(await host.LoginAsync(AdminEmail, "a newer password"));
    }

    [Fact]
    public async Task While_the_service_has_its_file_one_sentence_says_so()
    {
        await using var host = await StartAsync(folder);
        Assert.Contains(
            "in use by another SmartQueue process",
            (await Assert.ThrowsAsync<StartupException>(() => AdminReset.RunAsync(Context(), null, Token))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_several_admins_one_is_named_and_nobody_else_gets_a_link()
    {
        await using (var host = await StartAsync(folder))
        {
            await host.JoinAsync("second@example.org", "admin");
            await host.JoinAsync("op@example.org", "operator");
        }

        Assert.Contains(
            "second@example.org",
            (await Assert.ThrowsAsync<StartupException>(() => AdminReset.RunAsync(Context(), null, Token))).Message,
            StringComparison.Ordinal
        );
        await Assert.ThrowsAsync<StartupException>(() => AdminReset.RunAsync(Context(), "op@example.org", Token));
        Assert.Equal("second@example.org", (await AdminReset.RunAsync(Context(), "Second@example.org", Token)).Email);
    }

    [Fact]
    public async Task Without_an_admin_it_says_so() =>
        Assert.Contains(
            "no admin",
            (await Assert.ThrowsAsync<StartupException>(() => AdminReset.RunAsync(Context(), null, Token))).Message,
            StringComparison.Ordinal
        );

    private ModuleContext Context()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path), new("PUBLIC_URL", "https://queue.example.org/")])
            .Build();
        return new ModuleContext(new SettingsReader(settings), [new UsersModule()], ["users"], port: 4000);
    }
}
