using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartQueue.Testing;

/// <summary>
/// Clients of some lines and counters at once, each with its own luck. Whatever is not answered is asked again under the same key until it
/// is, as a phone with a bad connection does, so that all that happened is known.
/// </summary>
/// <param name="queueIds">The lines.</param>
/// <param name="counters">The counters' names.</param>
/// <param name="send">Sends a request: with whose token, staff if <c>null</c>.</param>
/// <param name="accounts">How many accounts take numbers too; they are told by 1, 2, ….</param>
public sealed class LineLoad(
    IReadOnlyList<string> queueIds,
    IReadOnlyList<string> counters,
    int accounts,
    Func<int?, HttpRequestMessage, Task<HttpResponseMessage>> send
)
{
    private static readonly string[] Refusals =
    [
        "QUEUE_FULL",
        "ALREADY_IN_QUEUE",
        "COUNTER_BUSY",
        "INVALID_TRANSITION",
        LineModel.ServedByThen,
    ];

    private readonly ConcurrentDictionary<(int Queue, int Number), string> ids = new();
    private readonly ConcurrentQueue<Operation<LineCall>> history = new();

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<Operation<LineCall>> History => [.. history];

    /// <summary>How many requests got no answer, or one that says to ask again.</summary>
    public int Repeats => repeats;

    private int repeats;

    /// <summary>Does some operations one after the other.</summary>
    public async Task RunAsync(int operations, Random luck)
    {
        var mine = new List<(int Queue, int Number)>();
        for (var i = 0; i < operations; i++)
        {
            var queue = luck.Next(queueIds.Count);
            var act = luck.Next(100) switch
            {
                < 32 => LineAct.Take,
                < 60 => LineAct.Call,
                < 74 => LineAct.Serve,
                < 82 => LineAct.Cancel,
                < 87 => LineAct.Park,
                < 92 => LineAct.Unpark,
                _ => LineAct.Read,
            };
            var known = ids.Keys.Where(k => k.Queue == queue).Order().ToList();
            if (act is LineAct.Take or LineAct.Call or LineAct.Read)
            {
                var who = act == LineAct.Take ? Math.Max(0, luck.Next(-2, accounts + 1)) : luck.Next(counters.Count);
                await DoAsync(act, queue, act == LineAct.Read ? 0 : who, 0);
            }
            else if (known.Count > 0)
            {
                // The latest are those that something can still be done with.
                await DoAsync(act, queue, 0, known[Math.Max(0, known.Count - 1 - luck.Next(8))].Number);
            }
        }
    }

    /// <summary>Fails unless one client alone could have been given the same answers.</summary>
    public void IsLinearizable(int capacity, string round)
    {
        var holds = Linearizability.Holds(
            History,
            LineModel.Empty(queueIds.Count, counters.Count, capacity),
            (state, call) => state.Next(call),
            out var why
        );
        foreach (var o in History.Where(_ => !holds).OrderBy(o => o.Begun))
            TestContext.Current.TestOutputHelper?.WriteLine($"{o.Begun / 1000} to {o.Ended / 1000}: {o.Call}");
        Assert.True(holds, $"{round}: {why}");
    }

    private async Task DoAsync(LineAct act, int queue, int who, int number)
    {
        var key = Guid.CreateVersion7().ToString();
        var begun = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var request = Request(act, queue, who, number, key);
                using var answer = await send(act == LineAct.Take && who > 0 ? who : null, request);
                var text = await answer.Content.ReadAsStringAsync();
                if ((int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout))
                {
                    var body = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
                    var refusal = answer.IsSuccessStatusCode ? null : body.GetProperty("code").GetString();
                    // These have no key: what is refused at a repeat may have happened at the first try, or another client was first.
                    if (attempt > 0 && act == LineAct.Serve && refusal == "INVALID_TRANSITION" && await WasServedAsync(queue, number))
                        refusal = LineModel.ServedByThen;
                    Note(act, queue, who, number, refusal, body, begun);
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                // Killed in the middle: whether it happened is not known, so the same is asked again.
            }

            Interlocked.Increment(ref repeats);
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(2), $"{act} was not answered for two minutes.");
            await Task.Delay(20);
        }
    }

    private async Task<bool> WasServedAsync(int queue, int number)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tickets/" + ids[(queue, number)]);
                using var answer = await send(null, request);
                if (answer.IsSuccessStatusCode)
                    return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString() == "served";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                // As above.
            }

            await Task.Delay(20);
        }
    }

    private HttpRequestMessage Request(LineAct act, int queue, int who, int number, string key)
    {
        var ticket = number == 0 ? "" : "/api/tickets/" + ids[(queue, number)];
        var (method, path, body) = act switch
        {
            LineAct.Take => (HttpMethod.Post, "/api/tickets", new { queueId = queueIds[queue] }),
            LineAct.Call => (HttpMethod.Post, $"/api/queues/{queueIds[queue]}/call-next", new { counter = counters[who] }),
            LineAct.Serve => (HttpMethod.Put, ticket, new { status = "served" }),
            LineAct.Cancel => (HttpMethod.Delete, ticket, null),
            LineAct.Park => (HttpMethod.Post, ticket + "/park", new { }),
            LineAct.Unpark => (HttpMethod.Post, ticket + "/unpark", new { }),
            _ => (HttpMethod.Get, $"/api/queues/{queueIds[queue]}/tickets?limit=200", (object?)null),
        };
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (method == HttpMethod.Post)
            request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private void Note(LineAct act, int queue, int who, int number, string? refusal, JsonElement body, long begun)
    {
        IReadOnlyList<int>? waiting = null;
        Assert.True(refusal is null || Refusals.Contains(refusal), $"{act} in line {queue} was refused: {body}");
        if (refusal is null && act is (LineAct.Take or LineAct.Call) && body.ValueKind == JsonValueKind.Object)
        {
            number = NumberOf(body);
            ids[(queue, number)] = body.GetProperty("id").GetString()!;
        }
        else if (act == LineAct.Read)
        {
            waiting =
            [
                .. body.GetProperty("items").EnumerateArray().Where(t => t.GetProperty("status").GetString() == "waiting").Select(NumberOf),
            ];
        }

        history.Enqueue(new(new LineCall(act, queue, who, number, refusal, waiting), begun, Stopwatch.GetTimestamp()));
    }

    private static int NumberOf(JsonElement ticket) =>
        int.Parse(ticket.GetProperty("ticketNumber").GetString()!.Split('-')[1], CultureInfo.InvariantCulture);
}
