using System.Net.Http.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Testing;
using static SmartQueue.Gateway.Tests.WholeSystem;

namespace SmartQueue.Gateway.Tests;

/// <summary>What stays open longer than a request.</summary>
public sealed class LiveConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_password_ends_the_connections_and_streams_of_the_old_one_and_no_others()
    {
        await using var system = await WholeSystem.StartAsync();
        var ada = await system.PersonAsync("Ada");
        var bob = await system.PersonAsync("Bob");
        var adas = await ConnectAsync(system, ada.Token);
        var bobs = await ConnectAsync(system, bob.Token);
        using var stream = await FollowAsync(system.Process.WithToken(ada.Token));
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal(":", await events.ReadLineAsync(Token));

        await SendAsync(
            system.Process.WithToken(ada.Token),
            HttpMethod.Put,
            "/api/users/" + ada.Id,
            new { password = "another one", currentPassword = Password }
        );

        await Eventually.TrueAsync(() => Task.FromResult(adas.State == HubConnectionState.Disconnected));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await events.ReadLineAsync(Token) is not null) { }

            throw new IOException("The stream ended.");
        });
        Assert.Equal(HubConnectionState.Connected, bobs.State);
        await adas.DisposeAsync();
        await bobs.DisposeAsync();
    }

    [Theory]
    [InlineData("sign-out")]
    [InlineData("a refresh token used twice")]
    public async Task A_session_that_ends_takes_its_connections_along_and_no_others(string end)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var system = await WholeSystem.StartAsync(time: time);
        await system.PersonAsync("Ada");
        var (here, there) = (await system.SignInAsync("ada@example.com"), await system.SignInAsync("ada@example.com"));
        await using var mine = await ConnectAsync(system, here.GetProperty("accessToken").GetString()!);
        await using var other = await ConnectAsync(system, there.GetProperty("accessToken").GetString()!);
        object body = new { refreshToken = here.GetProperty("refreshToken").GetString() };
        if (end == "sign-out")
        {
            await SendAsync(system.Process.Guest(), HttpMethod.Post, "/api/auth/logout", body);
        }
        else
        {
            await SendAsync(system.Process.Guest(), HttpMethod.Post, "/api/auth/refresh", body);
            time.Advance(TimeSpan.FromSeconds(21));
            using var thief = await system.Process.Guest().PostAsJsonAsync("/api/auth/refresh", body, Token);
            Assert.Equal(401, (int)thief.StatusCode);
        }

        await Eventually.TrueAsync(() => Task.FromResult(mine.State == HubConnectionState.Disconnected));
        Assert.Equal(HubConnectionState.Connected, other.State);
    }

    [Fact]
    public async Task A_stream_ends_with_its_token_and_is_kept_alive_until_then()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var system = await WholeSystem.StartAsync(time: time);
        var ada = await system.PersonAsync("Ada");
        using var stream = await FollowAsync(system.Process.WithToken(ada.Token));
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        Assert.Equal(":", await events.ReadLineAsync(Token));
        Assert.Equal("", await events.ReadLineAsync(Token));
        // For most of the token's life, which is 15 minutes.
        time.Advance(TimeSpan.FromMinutes(10));
        var next = events.ReadLineAsync(Token).AsTask();
        await Eventually.TrueAsync(() =>
        {
            if (!next.IsCompleted)
                time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(next.IsCompleted);
        });
        Assert.Equal(":", await next);
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        var rest = events.ReadToEndAsync(Token);
        // Once, and no further: a stream that outlived its token by more than a minute would stay open.
        time.SetUtcNow(time.Start + TimeSpan.FromMinutes(16));
        await Eventually.TrueAsync(() => Task.FromResult(rest.IsCompleted));
        // Without "complete" the client knows to come back.
        if (rest.IsCompletedSuccessfully)
            Assert.DoesNotContain("complete", await rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_of_the_hub_closes_with_its_token_and_no_other_does()
    {
        await using var host = await GatewayHost.StartAsync();
        // A token's end is told in whole seconds.
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        // Over one long request, so that nothing else asks for the token again.
        await using var brief = await ConnectAsync(
            host.Process,
            TestTokens.For("ada", Roles.User, now, TimeSpan.FromSeconds(4)),
            HttpTransportType.ServerSentEvents
        );
        await using var lasting = await ConnectAsync(
            host.Process,
            TestTokens.For("bob", Roles.User, now),
            HttpTransportType.ServerSentEvents
        );
        Assert.Equal(HubConnectionState.Connected, brief.State);
        await Eventually.TrueAsync(() => Task.FromResult(brief.State == HubConnectionState.Disconnected));
        Assert.InRange(DateTimeOffset.UtcNow - now, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));
        Assert.Equal(HubConnectionState.Connected, lasting.State);
    }

    [Fact]
    public async Task Whoever_comes_back_is_not_sent_again_what_they_have()
    {
        await using var system = await WholeSystem.StartAsync();
        var admin = await system.AdminAsync();
        var queueId = (await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Passports" })).GetProperty("id").GetString();
        var query = $"subscription {{ queueUpdated(queueId: \"{queueId}\") {{ name statistics {{ waiting }} }} }}";
        using var fresh = await FollowAsync(system.Process.Guest(), query);
        var id = await EventIdAsync(fresh);

        using var again = await FollowAsync(system.Process.Guest(), query, id);
        using var later = new StreamReader(await again.Content.ReadAsStreamAsync(Token));
        var data = NextDataAsync(later);
        // One that has nothing is sent the state at once, so the other would have been too.
        using var third = await FollowAsync(system.Process.Guest(), query);
        await EventIdAsync(third);
        Assert.False(data.IsCompleted);
        await SendAsync(system.Process.Guest(), HttpMethod.Post, "/api/tickets", new { queueId });
        // The estimate may be told before the ticket is, in a state that shows nothing new of what is asked for.
        while (!(await data).Contains("\"waiting\":1", StringComparison.Ordinal))
            data = NextDataAsync(later);
    }

    private static async Task<string> NextDataAsync(StreamReader stream)
    {
        while (true)
        {
            var line = await stream.ReadLineAsync(Token) ?? throw new InvalidOperationException("The stream has ended.");
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line;
        }
    }

    [Fact]
    public async Task One_request_is_counted_once_however_many_calls_it_makes()
    {
        await using var system = await WholeSystem.StartAsync(
            new Dictionary<string, string?> { ["RATE_LIMIT_PER_ADDRESS"] = "1", ["RATE_LIMIT_PER_ACCOUNT"] = "100" }
        );
        var admin = await system.AdminAsync();
        for (var i = 0; i < 3; i++)
            await SendAsync(admin, HttpMethod.Post, "/api/queues", new { name = "Passports" });
        for (var i = 0; i < 12; i++)
            await DataAsync(admin, "{ getQueues { tickets { user { name } } } a: getQueues { name } b: getQueues { name } }");
        var statuses = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            using var guess = new HttpRequestMessage(HttpMethod.Get, "/api/queues") { Headers = { Host = "in-process.invalid" } };
            using var refused = await system.Process.Guest().SendAsync(guess, Token);
            statuses.Add((int)refused.StatusCode);
        }

        Assert.Contains(429, statuses);
    }

    [Fact]
    public async Task Neither_tokens_nor_passwords_are_logged()
    {
        var lines = new LogLines();
        await using var system = await WholeSystem.StartAsync(configure: s =>
            s.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(lines).AddFilter((_, _, _) => true))
        );
        var ada = await system.PersonAsync("Ada");
        await using (await ConnectAsync(system, ada.Token)) { }
        using var hub = await system
            .Process.Guest()
            .GetAsync(new Uri("/hubs/queue?id=none&access_token=" + ada.Token, UriKind.Relative), Token);
        using var wrong = await system
            .Process.Guest()
            .PostAsJsonAsync("/api/auth/login", new { email = "ada@example.com\r\nforged line", password = "hunter2hunter2" }, Token);
        await SendAsync(system.Process.WithToken(ada.Token), HttpMethod.Get, "/api/users/me");
        Assert.Contains(lines.All, l =>
            l.Contains("signed in", StringComparison.Ordinal) || l.Contains("registered", StringComparison.Ordinal)
        );
        // What our own code and the server's usual level say; the framework's traces are for anyone who turns them on.
        var usual = lines.AtLeast(LogLevel.Information);
        Assert.DoesNotContain(usual, l => l.Contains(ada.Token.Split('.')[2], StringComparison.Ordinal));
        Assert.DoesNotContain(usual, l => l.Contains("hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain(usual, l => l.Contains(Password, StringComparison.Ordinal));
        Assert.DoesNotContain(usual, l => l.Contains("forged line", StringComparison.Ordinal));
        Assert.DoesNotContain(usual, l => l.Contains("ada@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Denials_are_audited()
    {
        var lines = new LogLines();
        await using var system = await WholeSystem.StartAsync(configure: s => s.AddLogging(l => l.AddProvider(lines)));
        var ada = await system.PersonAsync("Ada");
        using var denied = await system
            .Process.WithToken(ada.Token)
            .GetAsync(new Uri("/api/users?q=%0D%0Aforged", UriKind.Relative), Token);
        Assert.Equal(403, (int)denied.StatusCode);
        Assert.Equal("FORBIDDEN", await CodeAsync(system.Process.WithToken(ada.Token), "{ users { items { id } } }"));
        Assert.Single(lines.All, l => l.Contains($"{ada.Id} in role user was denied GET", StringComparison.Ordinal));
        Assert.Single(lines.All, l => l.Contains($"{ada.Id} in role user was denied the GraphQL field users", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.All, l => l.Contains("forged", StringComparison.Ordinal));
    }

    private static Task<HubConnection> ConnectAsync(WholeSystem system, string token) =>
        ConnectAsync(system.Process, token, HttpTransportType.LongPolling);

    private static async Task<HubConnection> ConnectAsync(ServiceHost process, string token, HttpTransportType transport)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl("http://localhost/hubs/queue", o =>
            {
                o.HttpMessageHandlerFactory = _ => process.CreateHandler();
                o.Transports = transport;
                o.AccessTokenProvider = () => Task.FromResult<string?>(token);
            })
            .Build();
        await connection.StartAsync(Token);
        return connection;
    }

    private static async Task<HttpResponseMessage> FollowAsync(
        HttpClient client,
        string query = "subscription { notificationReceived { id } }",
        string? lastId = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query }),
            Headers = { { "Accept", "text/event-stream" } },
        };
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static async Task<string> EventIdAsync(HttpResponseMessage stream)
    {
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
        while (true)
        {
            if (await events.ReadLineAsync(Token) is { } line && line.StartsWith("id: ", StringComparison.Ordinal))
                return line["id: ".Length..];
        }
    }
}
