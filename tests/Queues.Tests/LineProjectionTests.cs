using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

/// <summary>From ticket events on the bus to what people read and screens are Told.</summary>
public sealed class LineProjectionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(Sample.Now);
    private ServiceHost host = null!;
    private IEventPublisher bus = null!;
    private string queueId = "";

    private IReadOnlyList<QueueStatusChanged> Told => host.Published.Of<QueueStatusChanged>();

    private IReadOnlyList<IEvent> QueueEvents =>
        [.. host.Published.Of<IEvent>().Where(e => e is QueueCreated or QueueUpdated or QueueAnnouncement or QueueDeleted)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new QueuesModule()], time, configure: new FakeLines().Replace);
        bus = host.Services.GetRequiredService<IEventPublisher>();
        using var admin = host.SignedIn("admin", Roles.Admin);
        using var made = await admin.PostAsJsonAsync("/api/queues", new { name = "Hall", averageServiceTime = 120 }, Token);
        queueId = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Ticket_events_show_in_the_queue()
    {
        await TellAsync(Sample.Event("t1", queueId, TicketStatus.Waiting, 1, Sample.Now, 1));
        await TellAsync(Sample.Event("t2", queueId, TicketStatus.Waiting, 1, Sample.Now, 2));
        await TellAsync(Sample.Event("t3", queueId, TicketStatus.Waiting, 1, Sample.Now, 3));
        await TellAsync(
            Sample.Event(
                "t1",
                queueId,
                TicketStatus.Called,
                2,
                Sample.Now,
                1,
                "1",
                queuedAt: Sample.Now.AddSeconds(-40),
                calledAt: Sample.Now
            )
        );
        await TellAsync(Sample.Event("t2", queueId, TicketStatus.Cancelled, 2, Sample.Now, 2));

        var queue = await ReadAsync(q =>
            Statistic(q, "cancelledToday") == 1 && Statistic(q, "called") == 1 && Statistic(q, "waiting") == 1
        );

        Assert.Equal("A-1", queue.GetProperty("currentTicketNumber").GetString());
        Assert.Equal(1, queue.GetProperty("currentNumber").GetInt32());
        Assert.Equal(["t1", "t3"], queue.GetProperty("activeTickets").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(40, Statistic(queue, "averageWaitTime"));
        Assert.Equal(120, Statistic(queue, "estimatedWaitTime"));
        Assert.Equal(1, Statistic(queue, "openCounters"));
    }

    [Fact]
    public async Task Yesterday_is_over_at_local_midnight()
    {
        await TellAsync(
            Sample.Event("t1", queueId, TicketStatus.Served, 3, Sample.Now, 1, "1", calledAt: Sample.Now, servingAt: Sample.Now)
        );
        await ReadAsync(q => q.GetProperty("currentTicketNumber").GetString() == "A-1" && Statistic(q, "servedToday") == 1);

        time.Advance(TimeSpan.FromHours(15));

        await ReadAsync(q =>
            q.GetProperty("currentTicketNumber").ValueKind == JsonValueKind.Null
            && Statistic(q, "servedToday") == 0
            && Statistic(q, "averageServiceTime") == 120
        );
    }

    [Fact]
    public async Task Screens_are_told_without_anything_personal_and_get_the_latest_in_the_end()
    {
        var tickets = Enumerable.Range(1, 60).ToList();
        await Task.WhenAll(tickets.Select(n => TellAsync(Sample.Event($"t{n:00}", queueId, TicketStatus.Waiting, 1, Sample.Now, n))));

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(Told is [.., var newest] && newest.ActiveTickets.Count == 60);
        });

        var last = Told[^1];
        Assert.Equal(queueId, last.QueueId);
        Assert.Equal(60, last.Statistics.Waiting);
        Assert.Equal(tickets.Select(n => $"t{n:00}"), last.ActiveTickets);
        Assert.DoesNotContain("Personal", JsonSerializer.Serialize(Told), StringComparison.OrdinalIgnoreCase);
        var times = Told.Select(t => t.OccurredAt).Order().ToList();
        Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), gap => Assert.True(gap >= TimeSpan.FromMilliseconds(200), $"{gap}"));
    }

    [Fact]
    public async Task Definitions_and_announcements_are_told_in_order()
    {
        using var admin = host.SignedIn("admin", Roles.Admin);
        await admin.PatchAsJsonAsync($"/api/queues/{queueId}", new { name = "Renamed" }, Token);
        await admin.PostAsJsonAsync($"/api/queues/{queueId}/announce", new { message = "Hello" }, Token);
        await admin.DeleteAsync($"/api/queues/{queueId}/announce", Token);
        await admin.DeleteAsync($"/api/queues/{queueId}", Token);

        await Eventually.TrueAsync(() => Task.FromResult(QueueEvents.Count >= 5));

        var events = QueueEvents.OrderBy(e => e.Version).ToList();
        Assert.Equal([1L, 2, 3, 4, 5], events.Select(e => e.Version));
        Assert.Equal("Renamed", Assert.IsType<QueueUpdated>(events[1]).Queue.Name);
        Assert.Equal("Hello", Assert.IsType<QueueAnnouncement>(events[2]).Message);
        Assert.Equal(("Renamed", 3L), (((QueueAnnouncement)events[2]).Queue!.Name, ((QueueAnnouncement)events[2]).Queue!.Version));
        Assert.Null(Assert.IsType<QueueAnnouncement>(events[3]).Message);
        Assert.IsType<QueueDeleted>(events[4]);
    }

    [Fact]
    public async Task Definitions_are_told_again_as_they_are_when_they_are_wanted()
    {
        using var admin = host.SignedIn("admin", Roles.Admin);
        await admin.PatchAsJsonAsync($"/api/queues/{queueId}", new { name = "Renamed" }, Token);
        using var gone = await admin.PostAsJsonAsync("/api/queues", new { name = "Gone" }, Token);
        await admin.DeleteAsync(gone.Headers.Location, Token);
        await Eventually.TrueAsync(() => Task.FromResult(QueueEvents.Count == 4));

        await bus.PublishAsync(new QueueDefinitionsWanted { EventId = Guid.NewGuid(), OccurredAt = Sample.Now }, Token);

        await Eventually.TrueAsync(() => Task.FromResult(QueueEvents.Count >= 5));
        var again = Assert.IsType<QueueUpdated>(QueueEvents[^1]);
        Assert.Equal((queueId, 2L, "Renamed"), (again.QueueId, again.Version, again.Queue.Name));
        Assert.Equal(2, again.Queue.Version);
    }

    [Fact]
    public async Task A_deleted_queue_leaves_no_tickets()
    {
        using var admin = host.SignedIn("admin", Roles.Admin);
        var lines = host.Services.GetRequiredService<ILineStore>();
        var query = new LineQuery(queueId, Sample.Now.AddDays(-1), Sample.Now.AddDays(-1));
        await TellAsync(Sample.Event("t1", queueId, TicketStatus.Cancelled, 3, Sample.Now));
        await Eventually.TrueAsync(async () => (await lines.ReadAsync([query], Token))[queueId].CancelledToday == 1);

        using var gone = await admin.DeleteAsync($"/api/queues/{queueId}", Token);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);

        await Eventually.TrueAsync(async () => (await lines.ReadAsync([query], Token))[queueId].CancelledToday == 0);
    }

    [Fact]
    public async Task Nothing_personal_is_kept()
    {
        await TellAsync(Sample.Event("t1", queueId, TicketStatus.Waiting, 1, Sample.Now));
        await ReadAsync(q => Statistic(q, "waiting") == 1);

        var folder = host.Services.GetRequiredService<ModuleContext>().DataFolder;
        foreach (var file in Directory.EnumerateFiles(folder, "queues.db*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("Personal", await reader.ReadToEndAsync(Token), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Closed_tickets_are_dropped_after_some_days()
    {
        var lines = host.Services.GetRequiredService<ILineStore>();
        var query = new LineQuery(queueId, Sample.Now.AddDays(-1), Sample.Now.AddDays(-1));
        await TellAsync(Sample.Event("t1", queueId, TicketStatus.Cancelled, 2, Sample.Now));
        await Eventually.TrueAsync(async () => (await lines.ReadAsync([query], Token))[queueId].CancelledToday == 1);

        time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(1, (await lines.ReadAsync([query], Token))[queueId].CancelledToday);
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return (await lines.ReadAsync([query], Token))[queueId].CancelledToday == 0;
        });
        Assert.True(time.GetUtcNow() >= Sample.Now.AddDays(7));
    }

    [Fact]
    public async Task A_wrong_default_time_zone_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<StartupException>(() =>
            ServiceHost.StartAsync([new QueuesModule()], settings: new Dictionary<string, string?> { ["DEFAULT_TIME_ZONE"] = "Atlantis" })
        );

        Assert.Equal("DEFAULT_TIME_ZONE must be an IANA time zone such as Europe/Madrid, but is 'Atlantis'.", error.Message);
    }

    private static Task Keep<T, TMessage>(ConcurrentQueue<T> messages, TMessage message)
        where TMessage : class, T
    {
        messages.Enqueue(message);
        return Task.CompletedTask;
    }

    private static int Statistic(JsonElement queue, string name) => queue.GetProperty("statistics").GetProperty(name).GetInt32();

    private Task TellAsync(ITicketEvent change) => bus.PublishAsync(change, Token);

    private async Task<JsonElement> ReadAsync(Func<JsonElement, bool> expected)
    {
        using var guest = host.Guest();
        return await Eventually.GetAsync(() => guest.GetFromJsonAsync<JsonElement>($"/api/queues/{queueId}", Token), expected);
    }
}
