using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartQueue.Testing;

/// <summary>Uses the system as clients do.</summary>
public sealed class SystemClient(Uri address) : IDisposable
{
    public const string AdminEmail = "admin@example.com";
    public const string AdminPassword = "correct horse battery";

    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string? AccessToken { get; private set; }

    public Task SignInAsync() => SignInAsync(AdminEmail, AdminPassword);

    public async Task SignInAsync(string email, string password)
    {
        var answer = await ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/auth/login", new { email, password });
        AccessToken = answer.GetProperty("accessToken").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    /// <summary>Signs in at another address than the one it asks afterwards.</summary>
    public async Task SignInAtAsync(Uri users)
    {
        using var other = new SystemClient(users);
        await other.SignInAsync();
        AccessToken = other.AccessToken;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    /// <summary>Makes an account of the staff: invites it and accepts for it; gives its first sign-in.</summary>
    public async Task<JsonElement> JoinAsync(string name, string email, string role)
    {
        var invited = await ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/auth/invitations", new { email, role });
        var token = invited.GetProperty("link").GetString()!.Split('#')[1];
        return await ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/auth/accept",
            new
            {
                token,
                name,
                password = AdminPassword,
            }
        );
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, Token);
    }

    /// <summary>Sends a request as it is, as whoever is signed in.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request, Token);

    public async Task<JsonElement> ExpectAsync(
        HttpStatusCode status,
        HttpMethod method,
        string path,
        object? body = null,
        string? key = null
    )
    {
        using var answer = await SendAsync(method, path, body, key);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == status, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public Task<JsonElement> GetAsync(string path) => ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, path);

    /// <summary>Waits until the figures of a queue, which analytics may not have heard of yet, are as expected.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="expected">The condition.</param>
    /// <param name="limit">How long at most; 60 s if absent.</param>
    public Task<JsonElement> FiguresAsync(string queueId, Func<JsonElement, bool> expected, TimeSpan? limit = null) =>
        Eventually.GetAsync(
            async () =>
            {
                using var answer = await SendAsync(HttpMethod.Get, $"/api/analytics/queue/{queueId}");
                var text = await answer.Content.ReadAsStringAsync(Token);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, text);
                return answer.StatusCode == HttpStatusCode.OK ? JsonDocument.Parse(text).RootElement : default;
            },
            figures => figures.ValueKind == JsonValueKind.Object && expected(figures),
            limit ?? TimeSpan.FromSeconds(60)
        );

    public async Task<string> DefineQueueAsync(object? definition = null) =>
        (await ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/queues", definition ?? new { name = "Passports" }))
            .GetProperty("id")
            .GetString()!;

    public Task<JsonElement> TakeAsync(string queueId, string? key = null) =>
        ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/tickets", new { queueId }, key);

    /// <summary>The times of a queue that can be booked, once the appointment service has heard of it.</summary>
    public async Task<IReadOnlyList<string>> SlotsAsync(string queueId)
    {
        var slots = await Eventually.GetAsync(
            async () =>
            {
                using var answer = await SendAsync(HttpMethod.Get, $"/api/queues/{queueId}/slots");
                return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(Token) : default;
            },
            slots => slots.ValueKind == JsonValueKind.Object
        );
        return [.. slots.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("start").GetString()!)];
    }

    /// <summary>Books a time of a queue.</summary>
    /// <param name="queueId">The queue.</param>
    /// <param name="start">When; the third time that is free, if absent.</param>
    /// <param name="customerName">For whom.</param>
    public async Task<JsonElement> BookAsync(string queueId, string? start = null, string customerName = "Ada Byron") =>
        await ExpectAsync(
            HttpStatusCode.Created,
            HttpMethod.Post,
            "/api/appointments",
            new
            {
                queueId,
                start = start ?? (await SlotsAsync(queueId))[2],
                customerName,
            }
        );

    public Task<JsonElement> CallNextAsync(string queueId, string counter = "1") =>
        ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/queues/{queueId}/call-next", new { counter });

    public Task<JsonElement> MoveAsync(string ticketId, string status) =>
        ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"/api/tickets/{ticketId}", new { status });

    /// <summary>All tickets of a queue.</summary>
    public Task<IReadOnlyList<JsonElement>> AllTicketsAsync(string queueId) => AllAsync($"/api/tickets?queueId={queueId}");

    /// <summary>All items of a list, page by page.</summary>
    /// <param name="path">The list, with a query.</param>
    public async Task<IReadOnlyList<JsonElement>> AllAsync(string path)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}&limit=200" + (cursor is null ? "" : "&cursor=" + cursor));
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        } while (cursor is not null);
        return all;
    }

    public void Dispose() => http.Dispose();
}
