using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
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
    private static readonly string[] Refusals = ["QUEUE_FULL", "ALREADY_IN_QUEUE", "COUNTER_BUSY", "INVALID_TRANSITION"];

    private readonly Lock tickets = new();
    private readonly List<Known> known = [];
    private readonly ConcurrentQueue<Operation<LineCall>> history = new();

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<Operation<LineCall>> History => [.. history];

    /// <summary>How many numbers were asked for without an answer, and then again.</summary>
    public int TakenAgain => history.Count(o => o.Call is { Act: LineAct.Take, Attempts: > 1 });

    /// <summary>How many requests got no answer, or one that says to ask again.</summary>
    public int Repeats => repeats;

    private int repeats;

    /// <summary>Does some operations one after the other.</summary>
    public async Task RunAsync(int operations, Random luck)
    {
        for (var i = 0; i < operations; i++)
        {
            var queue = luck.Next(queueIds.Count);
            var act = luck.Next(100) switch
            {
                < 28 => LineAct.Take,
                < 49 => LineAct.Call,
                < 56 => LineAct.Serve,
                < 60 => LineAct.Miss,
                < 64 => LineAct.Recall,
                < 69 => LineAct.Cancel,
                < 73 => LineAct.Park,
                < 78 => LineAct.Unpark,
                < 83 => LineAct.Defer,
                < 88 => LineAct.Requeue,
                < 93 => LineAct.Transfer,
                _ => LineAct.Read,
            };
            switch (act)
            {
                case LineAct.Take:
                    await DoAsync(new LineCall(act, queue, Math.Max(0, luck.Next(-2, accounts + 1)), 0, null));
                    break;
                case LineAct.Call:
                    await DoAsync(new LineCall(act, queue, luck.Next(counters.Count), 0, null));
                    break;
                case LineAct.Read:
                    await DoAsync(new LineCall(act, queue, 0, 0, null));
                    break;
                case LineAct.Transfer when queueIds.Count == 1:
                    break;
                default:
                    if (Choose(act, queue, luck) is var chosen and > 0)
                        await DoAsync(
                            new LineCall(act, queue, 0, chosen, null)
                            {
                                Places = act is LineAct.Defer or LineAct.Requeue ? luck.Next(act == LineAct.Defer ? 1 : 0, 4) : 0,
                                To = act == LineAct.Transfer ? (queue + 1) % queueIds.Count : 0,
                            }
                        );
                    break;
            }
        }
    }

    /// <summary>Fails unless one client alone could have been given the same answers.</summary>
    /// <param name="capacity">How many may be open in a line.</param>
    /// <param name="maxRecalls">How often one may be called again.</param>
    /// <param name="round">What it is called where it fails.</param>
    /// <param name="inParts">Whether lines are kept in parts, see <see cref="LineModel.InParts"/>.</param>
    public void IsLinearizable(int capacity, int maxRecalls, string round, bool inParts = false)
    {
        var all = WithBeside();
        if (inParts)
            all = WithRivals(all);
        var holds = Linearizability.Holds(
            all,
            LineModel.Empty(queueIds.Count, known.Count, capacity, maxRecalls) with
            {
                InParts = inParts,
            },
            (state, call) => state.Next(call),
            out var why
        );
        foreach (var o in all.Where(_ => !holds))
            TestContext.Current.TestOutputHelper?.WriteLine($"{o.Begun / 1000} to {o.Ended / 1000}: {o.Call}");
        Assert.True(holds, $"{round}: {why}");
    }

    // Whoever is put behind others was counted at some moment of the request, and stands there from another one on.
    private List<Operation<LineCall>> WithBeside()
    {
        var all = History.OrderBy(o => o.Begun).ToList();
        var changes = all.Where(o => o.Call is { Act: not (LineAct.Read or LineAct.Recall), Refusal: null }).ToList();
        return
        [
            .. all.Select(o =>
                o.Call is { Act: LineAct.Defer or LineAct.Requeue, Refusal: null }
                    ? o with
                    {
                        Call = o.Call with
                        {
                            Beside = changes.Count(c =>
                                !ReferenceEquals(c, o)
                                && c.Begun < o.Ended
                                && c.Ended > o.Begun
                                && (c.Call.Queue == o.Call.Queue || c.Call.Act == LineAct.Transfer)
                            ),
                        },
                    }
                    : o
            ),
        ];
    }

    private static List<Operation<LineCall>> WithRivals(List<Operation<LineCall>> all)
    {
        return
        [
            .. all.Select(o =>
                o with
                {
                    Call = o.Call with { Rivals = RivalsOf(o), Changing = o.Call.Act == LineAct.Read ? ChangingIn(o) : [] },
                }
            ),
        ];

        // What was asked again may have left something behind where the first who was asked died, besides what it did itself.
        int RivalsOf(Operation<LineCall> o) =>
            Math.Min(o.Call.Attempts - 1, 1)
            + all.Where(c => !ReferenceEquals(c, o) && c.Begun < o.Ended && (c.Ended > o.Begun || c.Call.Attempts > 1))
                .Where(c => IsRival(o.Call, c.Call, o.Call.Act == LineAct.Transfer ? o.Call.To : o.Call.Queue))
                .Sum(c => Math.Min(c.Call.Attempts, 2));

        List<int> ChangingIn(Operation<LineCall> o) =>
            [
                .. all.Where(c => c.Call.Refusal is null && c.Call.Act != LineAct.Read && c.Begun < o.Ended && c.Ended > o.Begun)
                    .SelectMany(c => (int[])[c.Call.Ticket, c.Call.Successor])
                    .Where(t => t > 0)
                    .Distinct()
                    .Order(),
            ];
    }

    // Who comes into a line may have a place there and not stand there yet, who leaves it may have theirs still, and who is about to be called
    // is passed over by other calls.
    private static bool IsRival(LineCall call, LineCall other, int line) =>
        (other.Queue == line || (other.Act == LineAct.Transfer && other.To == line))
        && (
            call.Act == LineAct.Call
                ? other.Act is LineAct.Take or LineAct.Transfer or LineAct.Requeue or LineAct.Unpark or LineAct.Call
                : other.Act is LineAct.Take or LineAct.Transfer or LineAct.Requeue or LineAct.Cancel or LineAct.Serve or LineAct.Miss
        )
        // These were refused before they had anything.
        && (other.Attempts > 1 || other.Refusal is not ("QUEUE_FULL" or "ALREADY_IN_QUEUE"));

    private async Task DoAsync(LineCall call)
    {
        var key = Guid.CreateVersion7().ToString();
        var begun = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var request = Request(call, key);
                using var answer = await send(call.Act == LineAct.Take && call.Who > 0 ? call.Who : null, request);
                var text = await answer.Content.ReadAsStringAsync();
                if ((int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout))
                {
                    var body = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
                    var refusal = answer.IsSuccessStatusCode ? null : body.GetProperty("code").GetString();
                    Note(call with { Attempts = attempt + 1 }, refusal, body, begun);
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or TaskCanceledException)
            {
                // Killed in the middle: whether it happened is not known, so the same is asked again.
            }

            Interlocked.Increment(ref repeats);
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(2), $"{call.Act} was not answered for two minutes.");
            await Task.Delay(20);
        }
    }

    private HttpRequestMessage Request(LineCall call, string key)
    {
        var ticket = call.Ticket == 0 ? "" : "/api/tickets/" + IdOf(call.Ticket);
        var (method, path, body) = call.Act switch
        {
            LineAct.Take => (HttpMethod.Post, "/api/tickets", new { queueId = queueIds[call.Queue] }),
            LineAct.Call => (HttpMethod.Post, $"/api/queues/{queueIds[call.Queue]}/call-next", new { counter = counters[call.Who] }),
            LineAct.Recall => (HttpMethod.Post, ticket + "/recall", null),
            LineAct.Serve => (HttpMethod.Put, ticket, new { status = "served" }),
            LineAct.Miss => (HttpMethod.Put, ticket, new { status = "no_show" }),
            LineAct.Cancel => (HttpMethod.Delete, ticket, null),
            LineAct.Park => (HttpMethod.Post, ticket + "/park", new { }),
            LineAct.Unpark => (HttpMethod.Post, ticket + "/unpark", null),
            LineAct.Defer => (HttpMethod.Post, ticket + "/defer", new { places = call.Places }),
            LineAct.Requeue => (HttpMethod.Post, ticket + "/requeue", new { afterPosition = call.Places }),
            LineAct.Transfer => (HttpMethod.Post, ticket + "/transfer", new { queueId = queueIds[call.To] }),
            _ => (HttpMethod.Get, $"/api/queues/{queueIds[call.Queue]}/tickets?limit=200", (object?)null),
        };
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (body is not null || method == HttpMethod.Post)
            request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private void Note(LineCall call, string? refusal, JsonElement body, long begun)
    {
        Assert.True(refusal is null || Refusals.Contains(refusal), $"{call} was refused: {body}");
        call = call with { Refusal = refusal };
        if (call.Ticket > 0 && body.ValueKind == JsonValueKind.Object && refusal is null && call.Act != LineAct.Transfer)
            TicketOf(call.Queue, body);
        if (refusal is null && body.ValueKind == JsonValueKind.Object)
            call = call.Act switch
            {
                LineAct.Take => call with
                {
                    Ticket = TicketOf(call.Queue, body),
                    Number = NumberOf(body),
                    At = TimeOf(body, "createdAt"),
                    Version = VersionOf(body),
                },
                LineAct.Call => call with { Ticket = TicketOf(call.Queue, body), Version = VersionOf(body) },
                LineAct.Transfer => call with
                {
                    Successor = TicketOf(call.To, body),
                    At = TimeOf(body, "updatedAt"),
                    Version = VersionOf(body),
                },
                LineAct.Read => call with
                {
                    Line = [.. body.GetProperty("items").EnumerateArray().Select(t => (TicketOf(call.Queue, t), StatusOf(t)))],
                },
                _ => call with { Version = VersionOf(body) },
            };
        history.Enqueue(new(call, begun, Stopwatch.GetTimestamp()));
    }

    // Mostly one of which that is true by what clients were told last, and of the others one of the latest. None is 0.
    private int Choose(LineAct act, int queue, Random luck)
    {
        var suits = act switch
        {
            LineAct.Serve or LineAct.Miss or LineAct.Recall => "c",
            LineAct.Unpark => "p",
            LineAct.Defer => "w",
            LineAct.Requeue => "cn",
            LineAct.Cancel => "wp",
            _ => "wc",
        };
        var any = luck.Next(4) == 0;
        lock (tickets)
        {
            var there = known.Index().Where(k => k.Item.Queue == queue).TakeLast(12).ToList();
            var fit = there.Where(k => any || suits.Contains(k.Item.Status, StringComparison.Ordinal)).ToList();
            return fit.Count == 0 ? 0 : fit[luck.Next(fit.Count)].Index + 1;
        }
    }

    private string IdOf(int ticket)
    {
        lock (tickets)
            return known[ticket - 1].Id;
    }

    // Another client may be told of it before the one who took it.
    private int TicketOf(int queue, JsonElement ticket)
    {
        var id = ticket.GetProperty("id").GetString()!;
        lock (tickets)
        {
            var at = known.FindIndex(k => k.Id == id);
            if (at < 0)
            {
                at = known.Count;
                known.Add(new(id, queue));
            }

            known[at].Status = StatusOf(ticket);
            return at + 1;
        }
    }

    private static char StatusOf(JsonElement ticket) => ticket.GetProperty("status").GetString()![0];

    private static long VersionOf(JsonElement ticket) => ticket.GetProperty("version").GetInt64();

    private static long TimeOf(JsonElement ticket, string property) =>
        ticket.GetProperty(property).GetDateTimeOffset().ToUnixTimeMilliseconds();

    private static int NumberOf(JsonElement ticket) =>
        int.Parse(ticket.GetProperty("ticketNumber").GetString()!.Split('-')[1], CultureInfo.InvariantCulture);

    private sealed record Known(string Id, int Queue)
    {
        public char Status { get; set; }
    }
}
