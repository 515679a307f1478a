using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Testing;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Tests;

/// <summary>The user service as hosted, with cheap password hashes, and people who use it.</summary>
internal sealed class AccountsHost : IAsyncDisposable
{
    public const string AdminEmail = "boss@example.org";
    public const string AdminPassword = "correct horse battery";
    public const string Password = "a good password";
    private const string AddressHeader = "X-Test-Address";

    private AccountsHost(ServiceHost host, FakeTimeProvider time)
    {
        Host = host;
        Time = time;
    }

    public ServiceHost Host { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Guest => Host.Guest();

    public IUserStore Store => Host.Services.GetRequiredService<IUserStore>();

    public static async Task<AccountsHost> StartAsync(
        TemporaryFolder? folder = null,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        bool retries = false
    )
    {
        var time = new FakeTimeProvider(Some.Noon);
        var host = await ServiceHost.StartAsync(
            [new UsersModule()],
            time,
            settings ?? new Dictionary<string, string?> { ["ADMIN_EMAIL"] = AdminEmail, ["ADMIN_PASSWORD"] = AdminPassword },
            services =>
            {
                var options = (UsersOptions)services.Last(s => s.ServiceType == typeof(UsersOptions)).ImplementationInstance!;
                services.AddSingleton(options with { PasswordWorkFactor = 4 });
                services.AddSingleton<IStartupFilter>(new Addresses());
                configure?.Invoke(services);
            },
            folder
        );
        var started = new AccountsHost(host, time);
        await Eventually.TrueAsync(async () =>
        {
            if (retries)
                time.Advance(TimeSpan.FromSeconds(1));
            return await started.Store.CountAdminsAsync(Token) > 0;
        });
        return started;
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Somebody at a network address.</summary>
    public HttpClient At(string address)
    {
        var client = Guest;
        client.DefaultRequestHeaders.Add(AddressHeader, address);
        return client;
    }

    public async Task<JsonElement> RegisterAsync(
        string email = "ann@example.org",
        string name = "Ann",
        string password = Password,
        string? phone = null,
        string? key = null
    ) =>
        await AnswerAsync(
            await SendAsync(
                Guest,
                HttpMethod.Post,
                "/api/auth/register",
                new
                {
                    name,
                    email,
                    password,
                    phone,
                },
                key: key
            ),
            HttpStatusCode.Created
        );

    /// <summary>Signs in.</summary>
    /// <param name="email">As whom.</param>
    /// <param name="password">With what.</param>
    /// <param name="deviceToken">Of the device; a new one's if absent.</param>
    /// <param name="address">From where.</param>
    public Task<HttpResponseMessage> LoginAsync(string email, string password, string? deviceToken = null, string address = "192.0.2.1") =>
        SendAsync(
            At(address),
            HttpMethod.Post,
            "/api/auth/login",
            new
            {
                email,
                password,
                deviceToken,
            }
        );

    public Task<HttpResponseMessage> RefreshAsync(string? refreshToken) =>
        SendAsync(Guest, HttpMethod.Post, "/api/auth/refresh", new { refreshToken });

    public async Task<HttpClient> AdminAsync() => As(await SignInAsync(AdminEmail, AdminPassword));

    public async Task<JsonElement> SignInAsync(string email, string password = Password) =>
        await AnswerAsync(await LoginAsync(email, password));

    public HttpClient As(JsonElement signIn) => Host.WithToken(Access(signIn));

    public async Task<(string Id, HttpClient Client)> OperatorAsync(string email = "op@example.org")
    {
        var joined = await JoinAsync(email, "operator", "Olga");
        return (Id(joined), As(joined));
    }

    /// <summary>Somebody whom the admin invited, and who has accepted.</summary>
    public async Task<JsonElement> JoinAsync(string email, string role, string name = "Olga")
    {
        var invited = await AnswerAsync(
            await SendAsync(await AdminAsync(), HttpMethod.Post, "/api/auth/invitations", new { email, role }),
            HttpStatusCode.Created
        );
        return await AnswerAsync(
            await SendAsync(
                Guest,
                HttpMethod.Post,
                "/api/auth/accept",
                new
                {
                    token = Secret(invited),
                    name,
                    password = Password,
                }
            ),
            HttpStatusCode.Created
        );
    }

    /// <summary>What stands in a link's fragment.</summary>
    public static string Secret(JsonElement answer) => answer.GetProperty("link").GetString()!.Split('#')[1];

    /// <summary>Notes that an address is proven, as if its link had been used.</summary>
    public async Task ProveAsync(string userId)
    {
        var account = (await Store.FindAsync(userId, Token))!;
        Assert.True(await Store.SaveAsync(account.Verify(Time.GetUtcNow()), account.Version, null, Token));
    }

    public static string Id(JsonElement signIn) => signIn.GetProperty("user").GetProperty("id").GetString()!;

    public static string Access(JsonElement signIn) => Text(signIn, "accessToken");

    public static string Refresh(JsonElement signIn) => signIn.GetProperty("refreshToken").GetString()!;

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Requests in memory come from no address; this gives them one.</summary>
    private sealed class Addresses : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, go) =>
                    {
                        context.Connection.RemoteIpAddress = IPAddress.Parse(
                            context.Request.Headers[AddressHeader].FirstOrDefault() ?? "192.0.2.99"
                        );
                        return go(context);
                    }
                );
                next(app);
            };
    }
}
