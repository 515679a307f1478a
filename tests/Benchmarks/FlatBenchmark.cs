using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace SmartQueue.Benchmarks;

/// <summary>
/// What grows with the line, and should not: the same requests on a short line, on a long one, and on a short one of which half came for
/// appointments of later, in turns. Somebody joins and somebody is called before each reading, so that no answer is one of before.
/// </summary>
internal static class FlatBenchmark
{
    private const int Short = 200;
    private const int Long = 9_000;
    private const int Booked = 100;
    private const double Aim = 1.3;

    private static readonly IReadOnlyList<(string Id, string What)> Kinds =
    [
        ("page", "first page of a line"),
        ("queue", "a queue with its active tickets"),
        ("place", "place and estimate of the last"),
        ("take", "taking a number"),
        ("call", "calling the next"),
    ];

    public static async Task RunAsync(Run run)
    {
        await using var office = await Office.StartAsync();
        using var wire = await Wire.ConnectAsync(office.System.Address);
        Line[] lines =
        [
            await LineAsync(office, Short, "1"),
            await LineAsync(office, Long, "2"),
            await LineAsync(office, Short - Booked, "3", Booked),
        ];
        await office.SettleAsync();
        var (warmUp, turns) = (run.Of(50, 15), run.Of(300, 40));
        for (var i = 0; i < warmUp + turns; i++)
        {
            // What was measured so far was to warm up.
            foreach (var line in lines)
            {
                if (i == warmUp)
                    line.Forget();
                await line.TurnAsync(wire);
            }
        }

        Add("flat", FormattableString.Invariant($"{Long:N0} waiting"), lines[1]);
        Add("booked", $"{Booked} of {Short} with an appointment", lines[2]);

        void Add(string prefix, string line, Line ours)
        {
            foreach (var (id, what) in Kinds)
                run.Add(Row($"{prefix}.{id}", $"{what}, {line}", ours.Median(id), lines[0].Median(id)));
        }
    }

    private static Row Row(string id, string what, double ours, double few) =>
        new()
        {
            Id = id,
            What = what,
            Ours = new(ours, "ms"),
            Against = new(few, "ms"),
            AgainstWhat = $"{Short} waiting",
            Better = Better.Lower,
            Aim = Aim,
            IsKept = true,
            // A longer line makes nothing faster.
            Best = 1,
        };

    private static async Task<Line> LineAsync(Office office, int waiting, string counter, int booked = 0)
    {
        var queueId = await office.DefineQueueAsync(
            booked == 0
                ? null
                : new
                {
                    slotLength = 3600,
                    places = booked,
                    early = 24 * 3600,
                }
        );
        using var load = await Load.ConnectAsync(office.System.Address);
        var take = Takes.Request(queueId);
        await load.SendAsync(waiting, _ => take);
        for (var i = 0; i < booked; i++)
        {
            var id = (await office.Admin.BookAsync(queueId)).GetProperty("id").GetString();
            await office.Admin.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"/api/appointments/{id}/arrive");
        }

        return new Line(queueId, counter, office.Admin.AccessToken!);
    }

    private sealed class Line(string queueId, string counter, string accessToken)
    {
        private readonly Dictionary<string, List<double>> times = [];
        private readonly byte[] take = Takes.Request(queueId);
        private readonly byte[] page = Wire.Request(HttpMethod.Get, $"/api/queues/{queueId}/tickets?limit=50", null, accessToken);
        private readonly byte[] queue = Wire.Request(HttpMethod.Get, "/api/queues/" + queueId);
        private readonly byte[] call = Wire.Request(
            HttpMethod.Post,
            $"/api/queues/{queueId}/call-next",
            $$"""{"counter":"{{counter}}"}""",
            accessToken
        );

        // One joins, one is called: the line is as long afterwards as it was before.
        public async Task TurnAsync(Wire wire)
        {
            var last = await TimedAsync(wire, "take", take);
            await TimedAsync(wire, "page", page);
            await TimedAsync(wire, "queue", queue);
            await TimedAsync(
                wire,
                "place",
                Wire.Request(HttpMethod.Get, $"/api/tickets/{Text(last, "id")}?token={Text(last, "trackingToken")}")
            );
            var called = await TimedAsync(wire, "call", call);
            await wire.SendAsync(
                Wire.Request(HttpMethod.Put, "/api/tickets/" + Text(called, "id"), """{"status":"served"}""", accessToken)
            );
        }

        public void Forget() => times.Clear();

        public double Median(string kind) => times[kind].Order().ElementAt(times[kind].Count / 2);

        private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

        private async Task<JsonElement> TimedAsync(Wire wire, string kind, byte[] request)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await wire.SendAsync(request);
            var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!times.TryGetValue(kind, out var all))
                times[kind] = all = [];
            all.Add(time);
            return JsonSerializer.Deserialize<JsonElement>(answer.Span);
        }
    }
}
