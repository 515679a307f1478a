using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Testing;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

public sealed class FirstAdminTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_the_admin_of_the_settings_and_the_next_none()
    {
        await using (var first = await StartAsync(folder)) await AnswerAsync(await first.LoginAsync(AdminEmail, AdminPassword));
        await using var second = await StartAsync(folder, new() { ["ADMIN_EMAIL"] = "other@example.org", ["ADMIN_PASSWORD"] = "another password" });
        await AnswerAsync(await second.LoginAsync(AdminEmail, AdminPassword));
        Assert.Equal(1, await second.Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task Without_settings_a_password_is_printed_once()
    {
        await using var host = await StartAsync(folder);
        var admin = (await host.Store.FindByEmailAsync(AdminEmail, Token))!;
        // As on an empty store: no admin is left, and no account has the address.
        await using var store = new EmptyStore();
        var options = host.Host.Services.GetRequiredService<UsersOptions>() with { AdminEmail = null, AdminPassword = null };
        var first = ActivatorUtilities.CreateInstance<FirstAdmin>(host.Host.Services, store.Store, options);
        await using var output = new StringWriter();
        await store.PrepareAsync();
        await first.EnsureAsync(output, Token);
        await first.EnsureAsync(output, Token);
        var printed = Regex.Match(output.ToString(), "^First start: sign in as (\\S+) with the password (\\S{16}) and change it\\. It is not shown again\\.\\r?\\n$");
        Assert.True(printed.Success, output.ToString());
        Assert.Equal(FirstAdmin.DefaultEmail, printed.Groups[1].Value);
        var made = (await store.Store.FindByEmailAsync(FirstAdmin.DefaultEmail, Token))!;
        Assert.Equal(Roles.Admin, made.Role);
        Assert.True(await host.Host.Services.GetRequiredService<Passwords>().VerifyAsync(printed.Groups[2].Value, made.PasswordHash, Token));
        Assert.NotEqual(admin.PasswordHash, made.PasswordHash);
    }

    [Fact]
    public async Task Of_processes_that_start_at_once_one_makes_the_admin_and_prints()
    {
        await using var host = await StartAsync(folder);
        await using var store = new EmptyStore();
        await store.PrepareAsync();
        var options = host.Host.Services.GetRequiredService<UsersOptions>() with { AdminEmail = null, AdminPassword = null };
        var outputs = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var output = new StringWriter();
            await ActivatorUtilities.CreateInstance<FirstAdmin>(host.Host.Services, store.Store, options).EnsureAsync(output, Token);
            return output.ToString();
        }));
        Assert.Single(outputs, o => o.Length > 0);
        Assert.Equal(1, await store.Store.CountAdminsAsync(Token));
    }

    [Fact]
    public async Task Nobody_becomes_admin_by_taking_the_address_first()
    {
        await using var host = await StartAsync(folder);
        await using var store = new EmptyStore();
        await store.PrepareAsync();
        await store.Store.AddAsync(Account.Register("u1", "Early", AdminEmail, null, Roles.User, "hash", host.Time.GetUtcNow()), null, null, Token);
        await using var output = new StringWriter();
        await ActivatorUtilities.CreateInstance<FirstAdmin>(host.Host.Services, store.Store, host.Host.Services.GetRequiredService<UsersOptions>()).EnsureAsync(output, Token);
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
            services.AddSingleton<IUserStore>(sp => new FailingStore((IUserStore)sqlite.ImplementationFactory!(sp), () => Interlocked.Decrement(ref failing) >= 0));
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
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("SMARTQUEUE_DATA", folder.Path), new("ADMIN_EMAIL", email), new("ADMIN_PASSWORD", password)]).Build();
        var context = new ModuleContext(new SettingsReader(settings), [new UsersModule()], ["users"], port: 4000);
        var refused = Assert.Throws<StartupException>(() => UsersOptions.From(context));
        Assert.Contains("ADMIN_", refused.Message, StringComparison.Ordinal);
        if (password is not null) Assert.DoesNotContain(password, refused.Message, StringComparison.Ordinal);
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

        public Task PrepareAsync() => new Hosting.Storage.Sqlite.SqliteSchema("users", database, SqliteUsersSchema.Steps).UpgradeAsync(Token);

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            folder.Dispose();
        }
    }

    /// <summary>Cannot write at first, as a database that comes and goes.</summary>
    private sealed class FailingStore(IUserStore inner, Func<bool> fails) : IUserStore
    {
        public Task<int> CountAdminsAsync(CancellationToken cancellationToken) => inner.CountAdminsAsync(cancellationToken);

        public Task AddAsync(AccountChange registered, Session? session, StoredAnswer? answer, CancellationToken cancellationToken) =>
            fails() ? throw new TimeoutException() : inner.AddAsync(registered, session, answer, cancellationToken);

        public Task<bool> SaveAsync(AccountChange change, long expectedVersion, CancellationToken cancellationToken) => inner.SaveAsync(change, expectedVersion, cancellationToken);

        public Task<Account?> FindAsync(string userId, CancellationToken cancellationToken) => inner.FindAsync(userId, cancellationToken);

        public Task<IReadOnlyList<Account>> FindAsync(IReadOnlyCollection<string> userIds, CancellationToken cancellationToken) => inner.FindAsync(userIds, cancellationToken);

        public Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken) => inner.FindByEmailAsync(email, cancellationToken);

        public Task<IReadOnlyList<Account>> ListAsync(string? role, string? text, PageRequest page, CancellationToken cancellationToken) => inner.ListAsync(role, text, page, cancellationToken);

        public Task<IReadOnlyList<Account>> EndedSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => inner.EndedSinceAsync(since, cancellationToken);

        public Task<StoredAnswer?> FindAnswerAsync(string keyHash, CancellationToken cancellationToken) => inner.FindAnswerAsync(keyHash, cancellationToken);

        public Task AddSessionAsync(Session session, CancellationToken cancellationToken) => inner.AddSessionAsync(session, cancellationToken);

        public Task<RotationOutcome> RotateAsync(string tokenHash, string nextHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
            inner.RotateAsync(tokenHash, nextHash, now, expiresAt, cancellationToken);

        public Task EndSessionAsync(string tokenHash, CancellationToken cancellationToken) => inner.EndSessionAsync(tokenHash, cancellationToken);
    }
}
