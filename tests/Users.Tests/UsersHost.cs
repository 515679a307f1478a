using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Modules;
using SmartQueue.Testing;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Tests;

/// <summary>The user service with an admin.</summary>
internal sealed class UsersHost : IAsyncDisposable
{
    public const string AdminEmail = "admin@example.com";
    public const string Password = "correct horse";
    public const string Address = "192.0.2.1";
    private const string AddressHeader = "X-Test-Address";

    private readonly ServiceHost host;

    private UsersHost(ServiceHost host, FakeTimeProvider time)
    {
        this.host = host;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => host.Services;

    public HttpClient Guest => host.Guest();

    public IUserStore Store => host.Services.GetRequiredService<IUserStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<UsersHost> StartAsync(
        TemporaryFolder? folder = null,
        IServiceModule? other = null,
        Action<IServiceCollection>? configure = null
    )
    {
        var time = new FakeTimeProvider(Some.Noon);
        var host = await ServiceHost.StartAsync(
            other is null ? [new UsersModule()] : [new UsersModule(), other],
            time,
            new Dictionary<string, string?> { ["ADMIN_EMAIL"] = AdminEmail, ["ADMIN_PASSWORD"] = Password },
            services =>
            {
                var options = (UsersOptions)services.Single(d => d.ServiceType == typeof(UsersOptions)).ImplementationInstance!;
                services.Replace(ServiceDescriptor.Singleton(options with { PasswordWorkFactor = 4 }));
                services.AddSingleton<IStartupFilter>(new Addresses());
                configure?.Invoke(services);
            },
            folder
        );
        var started = new UsersHost(host, time);
        await Eventually.TrueAsync(async () => await started.Store.CountAdminsAsync(Token) > 0);
        return started;
    }

    public HttpClient As(JsonElement signIn) => host.WithToken(Text(signIn, "accessToken"));

    public HttpClient WithToken(string token) => host.WithToken(token);

    public async Task<JsonElement> RegisterAsync(
        string email = "ada@example.com",
        string name = "Ada",
        string password = Password,
        string? key = null
    ) =>
        await AnswerAsync(
            await TryRegisterAsync(
                new
                {
                    name,
                    email,
                    password,
                    phone = "+49 123 456",
                },
                key
            ),
            HttpStatusCode.Created
        );

    public async Task<HttpResponseMessage> TryRegisterAsync(object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/register") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Guest.SendAsync(request, Token);
    }

    public async Task<HttpResponseMessage> TryLoginAsync(string email, string password, string address = Address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login")
        {
            Content = JsonContent.Create(new { email, password }),
        };
        request.Headers.Add(AddressHeader, address);
        return await Guest.SendAsync(request, Token);
    }

    public async Task<JsonElement> LoginAsync(string email, string password = Password, string address = Address) =>
        await AnswerAsync(await TryLoginAsync(email, password, address));

    public Task<JsonElement> AdminAsync() => LoginAsync(AdminEmail, address: "192.0.2.99");

    /// <summary>An account that an admin invited to a role.</summary>
    public async Task<JsonElement> InRoleAsync(string role, string email)
    {
        var invited = await AnswerAsync(
            await SendAsync(As(await AdminAsync()), HttpMethod.Post, "/api/auth/invitations", new { email, role }),
            HttpStatusCode.Created
        );
        return await AnswerAsync(
            await PostAsync(
                "/api/auth/accept",
                new
                {
                    token = Text(invited, "link").Split('#')[1],
                    name = "Olga",
                    password = Password,
                }
            ),
            HttpStatusCode.Created
        );
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) => SendAsync(Guest, HttpMethod.Post, path, body);

    public static string IdOf(JsonElement signIn) => Text(signIn.GetProperty("user"), "id");

    public ValueTask DisposeAsync() => host.DisposeAsync();

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
                            context.Request.Headers[AddressHeader].FirstOrDefault() ?? Address
                        );
                        return go(context);
                    }
                );
                next(app);
            };
    }
}
