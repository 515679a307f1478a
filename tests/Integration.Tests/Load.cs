using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>People and counters that go on whatever happens to the system.</summary>
internal static class Load
{
    /// <summary>Takes numbers until it is stopped. Every attempt has a key and is repeated with it until it is answered, as a phone with a
    /// bad connection does.</summary>
    public static async Task TakeUntilAsync(
        Uri address,
        string queueId,
        ConcurrentDictionary<string, string> acknowledged,
        CancellationToken stop,
        TimeSpan pause = default,
        string? phone = null
    )
    {
        using var client = new SystemClient(address);
        while (!stop.IsCancellationRequested)
        {
            var key = Guid.CreateVersion7().ToString();
            while (true)
            {
                try
                {
                    using var answer = await client.SendAsync(HttpMethod.Post, "/api/tickets", new { queueId, phone }, key);
                    if (answer.StatusCode == HttpStatusCode.Created)
                    {
                        var ticket = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None)).RootElement;
                        acknowledged[IdOf(ticket)] = ticket.GetProperty("ticketNumber").GetString()!;
                        break;
                    }

                    Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                }
                catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
                {
                    // Killed in the middle: whether the number was given is not known, so the same key asks again.
                    await Task.Yield();
                }
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>Waits until so many more numbers were given, and fails as the load does: what was answered wrongly is why no more
    /// come.</summary>
    public static Task MoreAsync(int more, ConcurrentDictionary<string, string> acknowledged, IReadOnlyCollection<Task> load)
    {
        var enough = acknowledged.Count + more;
        return Eventually.TrueAsync(
            async () =>
            {
                foreach (var failed in load.Where(l => l.IsFaulted))
                    await failed;
                return acknowledged.Count >= enough;
            },
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>Calls, which completes the one before, until it is stopped.</summary>
    /// <param name="staff">Whoever calls.</param>
    /// <param name="queueId">The queue.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="pause">How long after each call.</param>
    /// <param name="answered">Takes the calls that were answered, in their order; <c>null</c> where nobody asks.</param>
    public static async Task ServeUntilAsync(
        SystemClient staff,
        string queueId,
        CancellationToken stop,
        TimeSpan pause = default,
        ConcurrentQueue<JsonElement>? answered = null
    )
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var called = await staff.SendAsync(
                    HttpMethod.Post,
                    $"/api/queues/{queueId}/call-next",
                    new { counter = "1", complete = true }
                );
                if (called.StatusCode == HttpStatusCode.OK)
                    answered?.Enqueue(JsonDocument.Parse(await called.Content.ReadAsStringAsync(CancellationToken.None)).RootElement);
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                // Killed in the middle: the counter calls again, which completes what it may already hold.
                await Task.Yield();
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>Once the load is over: every number that somebody got is there, none twice, and the other services come to count the
    /// same.</summary>
    /// <param name="staff">Whoever asks.</param>
    /// <param name="queueId">The queue.</param>
    /// <param name="acknowledged">The numbers that somebody got, by ticket.</param>
    /// <param name="gaps">Whether numbers may be left out: with MongoDB one goes with a process that dies between taking it and making
    /// its ticket.</param>
    public static async Task AllIsThereAsync(
        SystemClient staff,
        string queueId,
        IReadOnlyDictionary<string, string> acknowledged,
        bool gaps = false
    )
    {
        var tickets = await staff.AllTicketsAsync(queueId);
        var byId = tickets.ToDictionary(IdOf);
        Assert.All(acknowledged, a => Assert.Equal(a.Value, byId[a.Key].GetProperty("ticketNumber").GetString()));
        var numbers = tickets.Select(NumberOf).Order().ToList();
        if (gaps)
            Assert.Distinct(numbers);
        else
            Assert.Equal(Enumerable.Range(1, tickets.Count), numbers);

        int Count(string status) => tickets.Count(t => t.GetProperty("status").GetString() == status);
        var truth = (tickets.Count, Count("served"), Count("waiting"));
        Assert.True(truth.Item2 > 0, "nobody was served");
        await staff.FiguresAsync(
            queueId,
            a =>
                a.GetProperty("counts") is var c
                && (c.GetProperty("created").GetInt32(), c.GetProperty("served").GetInt32(), c.GetProperty("waiting").GetInt32()) == truth,
            TimeSpan.FromSeconds(60)
        );
        await Eventually.GetAsync(
            () => staff.GetAsync($"/api/queues/{queueId}"),
            q =>
                q.GetProperty("statistics") is var s
                && (s.GetProperty("servedToday").GetInt32(), s.GetProperty("waiting").GetInt32()) == (truth.Item2, truth.Item3),
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>Every call that was answered is there as it was answered, in the order of the line, and nobody was called twice: one that
    /// was lost would have been called again later. Each but the last was completed by the one after.</summary>
    public static void AllCallsAreThere(IReadOnlyList<JsonElement> tickets, IReadOnlyCollection<JsonElement> answered)
    {
        var byId = tickets.ToDictionary(IdOf);
        Assert.NotEmpty(answered);
        Assert.Distinct(answered.Select(IdOf));
        Assert.Equal(answered.Select(a => Said(a)), answered.Select(a => Said(byId[IdOf(a)])));
        Assert.All(answered.SkipLast(1), a => Assert.Equal("served", byId[IdOf(a)].GetProperty("status").GetString()));
        Assert.Equal(answered.Select(NumberOf).Order(), answered.Select(NumberOf));

        static string Said(JsonElement ticket) =>
            $"{IdOf(ticket)} {ticket.GetProperty("counter").GetString()} {ticket.GetProperty("calledAt").GetString()}";
    }

    public static int NumberOf(JsonElement ticket) =>
        int.Parse(ticket.GetProperty("ticketNumber").GetString()!.Split('-')[1], CultureInfo.InvariantCulture);

    public static string IdOf(JsonElement ticket) => ticket.GetProperty("id").GetString()!;
}
