using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartQueue.Replay.Tests;

/// <summary>The public interface in memory, as strict as the real one about what the command must send; its switches make it
/// misbehave.</summary>
internal sealed class FakeSystem : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse";

    private const int PageSize = 7;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonElement> _queues = [];
    private readonly List<FakeTicket> _tickets = [];
    private readonly HashSet<string> _keys = [];
    private readonly WebApplication _app;
    private string? _accessToken;
    private string? _refreshToken;
    private int _requests;

    private FakeSystem(WebApplication app) => _app = app;

    /// <summary>Accepts this many-th ticket and forgets it once it is served or cancelled.</summary>
    public int LosesTicket { get; init; }

    /// <summary>Sends every n-th request away once with 429.</summary>
    public int RefusesEvery { get; init; }

    /// <summary>Answers 503 to every cancellation.</summary>
    public bool NeverCancels { get; init; }

    /// <summary>How long access tokens live.</summary>
    public int ExpiresIn { get; init; } = 900;

    /// <summary>Runs when a number is taken.</summary>
    public Action<int>? OnTaken { get; init; }

    public string Url => _app.Urls.Single();

    public int Logins { get; private set; }

    public int Refreshes { get; private set; }

    public int CancelRequests { get; private set; }

    public IReadOnlyList<JsonElement> Queues => [.. _queues.Values];

    public IReadOnlyList<FakeTicket> Tickets
    {
        get
        {
            lock (_gate)
                return [.. _tickets];
        }
    }

    public static async Task<FakeSystem> StartAsync(
        int losesTicket = 0,
        int refusesEvery = 0,
        bool neverCancels = false,
        int expiresIn = 900,
        Action<int>? onTaken = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var system = new FakeSystem(app)
        {
            LosesTicket = losesTicket,
            RefusesEvery = refusesEvery,
            NeverCancels = neverCancels,
            ExpiresIn = expiresIn,
            OnTaken = onTaken,
        };
        app.Run(system.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return system;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var body = http.Request.ContentLength > 0 ? (await JsonDocument.ParseAsync(http.Request.Body)).RootElement : default;
        (int Status, object? Body) answer;
        lock (_gate)
            answer = Answer(http.Request, body, http.Response);
        http.Response.StatusCode = answer.Status;
        if (answer.Body is not null)
            await http.Response.WriteAsJsonAsync(answer.Body);
    }

    private (int Status, object? Body) Answer(HttpRequest request, JsonElement body, HttpResponse response)
    {
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (RefusesEvery > 0 && ++_requests % RefusesEvery == 0)
        {
            response.Headers.RetryAfter = "0";
            return Problem(429, "RATE_LIMITED");
        }

        return (request.Method, parts) switch
        {
            ("POST", ["api", "auth", "login"]) => Login(body),
            ("POST", ["api", "auth", "refresh"]) => Refresh(body),
            ("POST", ["api", "tickets"]) => Take(request, body),
            ("DELETE", ["api", "tickets", var id]) => Cancel(id, request, response),
            _ when request.Headers.Authorization != $"Bearer {_accessToken}" => Problem(401, "UNAUTHENTICATED"),
            ("POST", ["api", "queues"]) => CreateQueue(body),
            ("POST", ["api", "queues", var id, "call-next"]) => CallNext(id, body.GetProperty("counter").GetString()!),
            ("PUT", ["api", "tickets", var id]) => Change(id, body),
            ("GET", ["api", "tickets"]) => List(request),
            ("GET", ["api", "queues", var id]) => Statistics(id),
            ("GET", ["api", "analytics", "queue", var id]) => Analytics(id),
            _ => Problem(404, "NOT_FOUND"),
        };
    }

    private (int Status, object? Body) Login(JsonElement body)
    {
        if (body.GetProperty("email").GetString() != Email || body.GetProperty("password").GetString() != Password)
            return Problem(401, "INVALID_CREDENTIALS");
        Logins++;
        return Session();
    }

    private (int Status, object? Body) Refresh(JsonElement body)
    {
        if (body.GetProperty("refreshToken").GetString() != _refreshToken)
            return Problem(401, "UNAUTHENTICATED");
        Refreshes++;
        return Session();
    }

    private (int Status, object? Body) Session()
    {
        _accessToken ??= Guid.NewGuid().ToString();
        _refreshToken = Guid.NewGuid().ToString();
        return (
            200,
            new
            {
                accessToken = _accessToken,
                refreshToken = _refreshToken,
                expiresIn = ExpiresIn,
            }
        );
    }

    private (int Status, object? Body) CreateQueue(JsonElement body)
    {
        var id = $"queue-{_queues.Count + 1}";
        _queues.Add(id, body);
        return (201, new { id, timeZone = "UTC" });
    }

    private (int Status, object? Body) Take(HttpRequest request, JsonElement body)
    {
        var queue = body.GetProperty("queueId").GetString()!;
        if (!_queues.ContainsKey(queue))
            return Problem(404, "QUEUE_NOT_FOUND");
        if (request.Headers.Authorization.Count > 0)
            return Problem(400, "NOT_A_GUEST");
        if (request.Headers["Idempotency-Key"].FirstOrDefault() is not { Length: > 0 and <= 128 } key || !_keys.Add(key))
            return Problem(409, "IDEMPOTENCY_KEY_REUSED");
        var number = _tickets.Count + 1;
        var ticket = new FakeTicket($"ticket-{number}", $"A-{number}", queue, Guid.NewGuid().ToString()) { Lost = number == LosesTicket };
        _tickets.Add(ticket);
        OnTaken?.Invoke(number);
        return (
            201,
            new
            {
                id = ticket.Id,
                ticketNumber = ticket.Number,
                trackingToken = ticket.TrackingToken,
            }
        );
    }

    private (int Status, object? Body) Change(string id, JsonElement body)
    {
        if (_tickets.Find(t => t.Id == id) is not { } ticket)
            return Problem(404, "TICKET_NOT_FOUND");
        switch (body.GetProperty("status").GetString(), ticket.Status)
        {
            case ("called", "waiting"):
                return Call(ticket, body.GetProperty("counter").GetString()!);
            case ("served", "called"):
                ticket.Status = "served";
                return (200, new { id });
            default:
                return Problem(409, "INVALID_TRANSITION");
        }
    }

    private (int Status, object? Body) CallNext(string queue, string counter) =>
        _tickets.Find(t => t.Queue == queue && t.Status == "waiting") is { } first ? Call(first, counter) : (204, null);

    private (int Status, object? Body) Call(FakeTicket ticket, string counter)
    {
        if (_tickets.Exists(t => t.Status == "called" && t.Counter == counter))
            return Problem(409, "COUNTER_BUSY");
        ticket.Status = "called";
        ticket.Counter = counter;
        return (200, new { id = ticket.Id });
    }

    private (int Status, object? Body) Cancel(string id, HttpRequest request, HttpResponse response)
    {
        CancelRequests++;
        if (NeverCancels)
        {
            response.Headers.RetryAfter = "0";
            return Problem(503, "SERVICE_UNAVAILABLE");
        }

        if (_tickets.Find(t => t.Id == id && t.TrackingToken == request.Headers["X-Tracking-Token"]) is not { } ticket)
            return Problem(404, "TICKET_NOT_FOUND");
        if (ticket.Status != "waiting")
            return Problem(409, "INVALID_TRANSITION");
        ticket.Status = "cancelled";
        return (200, new { id });
    }

    private (int Status, object? Body) List(HttpRequest request)
    {
        var found = Known(request.Query["queueId"]!).Where(t => t.Status == request.Query["status"]).ToList();
        var start = request.Query["cursor"].FirstOrDefault() is { } cursor ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
        var next = start + PageSize < found.Count ? (start + PageSize).ToString(CultureInfo.InvariantCulture) : null;
        return (200, new { items = found.Skip(start).Take(PageSize).Select(t => new { id = t.Id }), nextCursor = next });
    }

    private (int Status, object? Body) Statistics(string id) =>
        (
            200,
            new
            {
                id,
                statistics = new
                {
                    waiting = Count(id, "waiting"),
                    servedToday = Count(id, "served"),
                    cancelledToday = Count(id, "cancelled"),
                },
            }
        );

    private (int Status, object? Body) Analytics(string id) =>
        (
            200,
            new
            {
                counts = new
                {
                    created = Known(id).Count(),
                    called = Known(id).Count(t => t.Counter is not null),
                    served = Count(id, "served"),
                    cancelled = Count(id, "cancelled"),
                },
            }
        );

    private int Count(string queue, string status) => Known(queue).Count(t => t.Status == status);

    private IEnumerable<FakeTicket> Known(string queue) => _tickets.Where(t => t.Queue == queue && !t.Lost);

    private static (int Status, object? Body) Problem(int status, string code) =>
        (
            status,
            new
            {
                success = false,
                error = $"Refused: {code}.",
                code,
            }
        );
}
