using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using SmartQueue.Analytics;
using SmartQueue.Appointments;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Modules;
using SmartQueue.Notifications;
using SmartQueue.Queues;
using SmartQueue.Testing;
using SmartQueue.Tickets;
using SmartQueue.Users;

namespace SmartQueue.Gateway.Tests;

/// <summary>All services in one process, with the calls that the edge makes of them on record.</summary>
internal sealed class WholeSystem : IAsyncDisposable
{
    public const string AdminEmail = "admin@example.com";
    public const string Password = "correct horse battery";

    private WholeSystem(ServiceHost process, ConcurrentQueue<string> calls) => (Process, Calls) = (process, calls);

    public ServiceHost Process { get; }

    /// <summary>The edge's calls of services, such as <c>GET /api/queues</c>.</summary>
    public ConcurrentQueue<string> Calls { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IReadOnlyList<IServiceModule> Modules =>
        [
            new UsersModule(),
            new QueuesModule(),
            new TicketsModule(),
            new AnalyticsModule(),
            new NotificationsModule(),
            new AppointmentsModule(),
            new GatewayModule(),
        ];

    public static async Task<WholeSystem> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        TimeProvider? time = null,
        TemporaryFolder? folder = null
    )
    {
        var calls = new ConcurrentQueue<string>();
        var process = await ServiceHost.StartAsync(
            Modules,
            time,
            settings: new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
            {
                ["ADMIN_EMAIL"] = AdminEmail,
                ["ADMIN_PASSWORD"] = Password,
            },
            configure: services =>
            {
                services.AddSingleton<IConfigureOptions<HttpClientFactoryOptions>>(new Recorder(calls));
                configure?.Invoke(services);
            },
            folder: folder
        );
        return new WholeSystem(process, calls);
    }

    /// <summary>Signs in as the first admin.</summary>
    public async Task<HttpClient> AdminAsync() =>
        Process.WithToken((await SignInAsync(AdminEmail)).GetProperty("accessToken").GetString()!);

    /// <summary>The answer to signing in.</summary>
    public async Task<JsonElement> SignInAsync(string email, string password = Password)
    {
        JsonElement? answer = null;
        // The first admin is made soon after the start.
        await Eventually.TrueAsync(async () => (answer = await TrySignInAsync(email, password)) is not null);
        return answer!.Value;
    }

    public async Task<JsonElement?> TrySignInAsync(string email, string password = Password)
    {
        using var answer = await Process.Guest().PostAsJsonAsync("/api/auth/login", new { email, password }, Token);
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<JsonElement>(Token) : null;
    }

    /// <summary>Makes an account in a role; gives its id and an access token of that role.</summary>
    public async Task<(string Id, string Token)> PersonAsync(string name, string role = Roles.User)
    {
        var email = name.ToLowerInvariant() + "@example.com";
        var made =
            role == Roles.User
                ? await SendAsync(
                    Process.Guest(),
                    HttpMethod.Post,
                    "/api/auth/register",
                    new
                    {
                        name,
                        email,
                        password = Password,
                    }
                )
                : await JoinAsync(name, email, role);
        return (made.GetProperty("user").GetProperty("id").GetString()!, made.GetProperty("accessToken").GetString()!);
    }

    /// <summary>An access token of staff who are bound to a branch.</summary>
    public async Task<string> BoundAsync(string role, string branchId)
    {
        var name = "Bound" + Guid.NewGuid().ToString("N")[..8];
        return (await JoinAsync(name, name.ToLowerInvariant() + "@example.com", role, [branchId])).GetProperty("accessToken").GetString()!;
    }

    // Staff come by invitation: a role is for those whose address is known to be theirs.
    private async Task<JsonElement> JoinAsync(string name, string email, string role, IReadOnlyList<string>? branchIds = null)
    {
        object invitation = new
        {
            email,
            role,
            branchIds,
        };
        var invited = await SendAsync(await AdminAsync(), HttpMethod.Post, "/api/auth/invitations", invitation);
        var token = invited.GetProperty("link").GetString()!.Split('#')[1];
        return await SendAsync(
            Process.Guest(),
            HttpMethod.Post,
            "/api/auth/accept",
            new
            {
                token,
                name,
                password = Password,
            }
        );
    }

    /// <summary>Sends a request that must succeed.</summary>
    public static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await client.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The answer to a GraphQL request.</summary>
    public static async Task<JsonElement> AskAsync(HttpClient client, string query, object? variables = null)
    {
        using var answer = await client.PostAsJsonAsync("/graphql", new { query, variables }, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The data of a GraphQL request that must succeed.</summary>
    public static async Task<JsonElement> DataAsync(HttpClient client, string query, object? variables = null)
    {
        var answer = await AskAsync(client, query, variables);
        Assert.False(answer.TryGetProperty("errors", out _), answer.GetRawText());
        return answer.GetProperty("data");
    }

    /// <summary>The code of the first error of a GraphQL request that must fail.</summary>
    public static async Task<string?> CodeAsync(HttpClient client, string query, object? variables = null)
    {
        var answer = await AskAsync(client, query, variables);
        Assert.True(answer.TryGetProperty("errors", out var errors), answer.GetRawText());
        return errors[0].GetProperty("extensions").GetProperty("code").GetString();
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    // The edge's own clients; services ask each other things, too.
    private sealed class Recorder(ConcurrentQueue<string> calls) : IConfigureNamedOptions<HttpClientFactoryOptions>
    {
        public void Configure(HttpClientFactoryOptions options) { }

        public void Configure(string? name, HttpClientFactoryOptions options)
        {
            if (name?.StartsWith("SmartQueue.Gateway.", StringComparison.Ordinal) == true)
                options.HttpMessageHandlerBuilderActions.Add(builder => builder.AdditionalHandlers.Add(new Recording(calls)));
        }
    }

    private sealed class Recording(ConcurrentQueue<string> calls) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            calls.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
