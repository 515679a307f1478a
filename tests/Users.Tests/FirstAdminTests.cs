using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

public sealed class FirstAdminTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_the_admin_of_the_settings_and_the_next_none()
    {
        string id;
        await using (var first = await StartAsync(folder))
            id = Id(await first.SignInAsync(AdminEmail, AdminPassword));
        await using var second = await StartAsync(
            folder,
            new() { ["ADMIN_EMAIL"] = "other@example.org", ["ADMIN_PASSWORD"] = "another password" }
        );
        var admin = await second.SignInAsync(AdminEmail, AdminPassword);
        Assert.Equal((id, Roles.Admin), (Id(admin), Text(admin.GetProperty("user"), "role")));
        Assert.Equal(1, await second.Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task Without_settings_a_one_time_link_is_printed_once()
    {
        await using var host = await StartAsync(folder);
        // As on an empty store: no admin is left, and no account has the address.
        await using var store = new EmptyStore();
        var options = host.Host.Services.GetRequiredService<UsersOptions>() with { AdminEmail = null, AdminPassword = null };
        var first = ActivatorUtilities.CreateInstance<FirstAdmin>(host.Host.Services, store.Store, options);
        await using var output = new StringWriter();
        await store.PrepareAsync();
        await first.EnsureAsync(output, Token);
        await first.EnsureAsync(output, Token);
        var printed = Regex.Match(
            output.ToString(),
            "^First start: choose the password of (\\S+) and set up your place at http://localhost:4000/setup#(\\S+) within 7 days\\. The link is good once and not shown again; \\./run reset-admin makes another\\.\\r?\\n$"
        );
        Assert.True(printed.Success, output.ToString());
        Assert.Equal(FirstAdmin.DefaultEmail, printed.Groups[1].Value);
        var made = (await store.Store.FindByEmailAsync(FirstAdmin.DefaultEmail, Token))!;
        Assert.Equal((Roles.Admin, "", true, 1L), (made.Role, made.PasswordHash, made.EmailVerified, made.Version));
        Assert.True(made.ResetLink!.Opens(LinkToken.Parse(printed.Groups[2].Value)!, made.CreatedAt.AddDays(7).AddSeconds(-1)));
        Assert.False(made.ResetLink.Opens(LinkToken.Parse(printed.Groups[2].Value)!, made.CreatedAt.AddDays(7)));
    }

    [Fact]
    public async Task The_first_admin_without_a_password_gets_in_by_the_link_alone_and_once()
    {
        await using var output = new StringWriter();
        var standard = Console.Out;
        Console.SetOut(output);
        try
        {
            await using var host = await StartAsync(folder, []);
            Console.SetOut(standard);
            var token = Regex.Match(output.ToString(), "/setup#(\\S+)").Groups[1].Value;
            foreach (var guess in new[] { "", "password", token })
                Assert.NotEqual(System.Net.HttpStatusCode.OK, (await host.LoginAsync(FirstAdmin.DefaultEmail, guess)).StatusCode);
            await AnswerAsync(
                await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/reset", new { token, password = "one of my own" }),
                System.Net.HttpStatusCode.NoContent
            );
            await RefusalAsync(
                await SendAsync(host.Guest, HttpMethod.Post, "/api/auth/reset", new { token, password = "another one" }),
                400,
                "LINK_NOT_VALID"
            );
            var admin = await AnswerAsync(await host.LoginAsync(FirstAdmin.DefaultEmail, "one of my own"));
            Assert.Equal("admin", admin.GetProperty("user").GetProperty("role").GetString());
        }
        finally
        {
            Console.SetOut(standard);
        }
    }

    [Fact]
    public async Task Of_processes_that_start_at_once_one_makes_the_admin_and_prints()
    {
        await using var host = await StartAsync(folder);
        await using var store = new EmptyStore();
        await store.PrepareAsync();
        var options = host.Host.Services.GetRequiredService<UsersOptions>() with { AdminEmail = null, AdminPassword = null };
        var outputs = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    await using var output = new StringWriter();
                    await ActivatorUtilities
                        .CreateInstance<FirstAdmin>(host.Host.Services, store.Store, options)
                        .EnsureAsync(output, Token);
                    return output.ToString();
                })
        );
        Assert.Single(outputs, o => o.Length > 0);
        Assert.Equal(1, await store.Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task Nobody_becomes_admin_by_taking_the_address_first()
    {
        await using var host = await StartAsync(folder);
        await using var store = new EmptyStore();
        await store.PrepareAsync();
        await store.Store.AddAsync(
            Account.Register("u1", "Early", AdminEmail, null, Roles.User, "hash", host.Time.GetUtcNow()),
            null,
            null,
            Token
        );
        await using var output = new StringWriter();
        await ActivatorUtilities
            .CreateInstance<FirstAdmin>(host.Host.Services, store.Store, host.Host.Services.GetRequiredService<UsersOptions>())
            .EnsureAsync(output, Token);
        Assert.Equal(0, await store.Store.CountAdminsAsync(Token));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task A_store_that_fails_at_first_is_tried_again()
    {
        var failing = 2;
        await using var host = await StartAsync(folder, retries: true, configure: services =>
        {
            var sqlite = services.Last(s => s.ServiceType == typeof(IUserStore));
            services.AddSingleton<IUserStore>(sp =>
                FailingStore.Of((IUserStore)sqlite.ImplementationFactory!(sp), () => Interlocked.Decrement(ref failing) >= 0)
            );
        });
        Assert.Equal(-1, failing);
        await AnswerAsync(await host.LoginAsync(AdminEmail, AdminPassword));
    }

    [Theory]
    [InlineData("a@x.org", null)]
    [InlineData(null, "a good password")]
    [InlineData("no address", "a good password")]
    [InlineData("Ann <a@x.org>", "a good password")]
    [InlineData("a@x.org", "short")]
    public void Wrong_settings_stop_the_start(string? email, string? password)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path), new("ADMIN_EMAIL", email), new("ADMIN_PASSWORD", password)])
            .Build();
        var context = new ModuleContext(new SettingsReader(settings), [new UsersModule()], ["users"], port: 4000);
        var refused = Assert.Throws<StartupException>(() => UsersOptions.From(context));
        Assert.Contains("ADMIN_", refused.Message, StringComparison.Ordinal);
        if (password is not null)
            Assert.DoesNotContain(password, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A store of its own, beside the host's.</summary>
    private sealed class EmptyStore : IAsyncDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly Hosting.Storage.Sqlite.SqliteDatabase database;
        private readonly SqliteUserStore store;

        public EmptyStore()
        {
            database = new(Path.Combine(folder.Path, "users.db"));
            store = new SqliteUserStore(database);
        }

        public IUserStore Store => store;

        public Task PrepareAsync() =>
            new Hosting.Storage.Sqlite.SqliteSchema("users", database, SqliteUsersSchema.Steps).UpgradeAsync(Token);

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            folder.Dispose();
        }
    }

    /// <summary>Cannot add at first, as a database that comes and goes. A proxy, so that it has one method of the store's many.</summary>
    public class FailingStore : DispatchProxy
    {
        private IUserStore inner = null!;
        private Func<bool> fails = null!;

        internal static IUserStore Of(IUserStore inner, Func<bool> fails)
        {
            var proxy = Create<IUserStore, FailingStore>();
            ((FailingStore)(object)proxy).inner = inner;
            ((FailingStore)(object)proxy).fails = fails;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IUserStore.AddAsync) && fails() ? throw new TimeoutException() : targetMethod.Invoke(inner, args);
    }
}
