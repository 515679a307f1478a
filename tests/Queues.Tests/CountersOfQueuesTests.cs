using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Bus;
using SmartQueue.Queues.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Queues.Tests;

/// <summary>From what the ticket service tells of counters to what people read of queues.</summary>
public sealed class CountersOfQueuesTests : IAsyncLifetime
{
    private ServiceHost host = null!;
    private HttpClient admin = null!;
    private IEventPublisher bus = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await ServiceHost.StartAsync([new QueuesModule()], configure: new FakeLines().Replace);
        admin = host.SignedIn("admin", Roles.Admin);
        bus = host.Services.GetRequiredService<IEventPublisher>();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_listed_name_has_the_id_of_its_counter_once_there_is_one()
    {
        var queue = await MakeAsync(new { name = "Hall", counters = new[] { new { name = "Desk" }, new { name = "2" } } });
        Assert.Equal("Desk -, 2 -", Counters(queue));

        await TellAsync(Counter("c1", "DESK", 1));

        await ReadAsync(queue, "DESK c1, 2 -");
        Assert.Equal(1, (await GetAsync(queue)).GetProperty("version").GetInt64());
        Assert.Equal("DESK c1", Counters(await MakeAsync(new { name = "Other", counters = new[] { new { name = "desk" } } })));
    }

    [Fact]
    public async Task A_counter_that_was_given_the_queue_is_told_and_one_that_serves_any_is_of_none()
    {
        var queue = await MakeAsync(new { name = "Hall" });

        await TellAsync(Counter("any", "Any", 1));
        await TellAsync(
            Counter("elsewhere", "1", 1, Id(queue)) with
            {
                Counter = State("elsewhere", "1", 1, Id(queue)) with { BranchId = "b" },
            }
        );
        await TellAsync(Counter("c", "Given", 1, Id(queue)));
        await ReadAsync(queue, "Given c");

        await TellAsync(Renamed("c", "Given", 2));
        await ReadAsync(queue, "");
    }

    [Fact]
    public async Task A_listed_name_follows_its_counter_to_another_name_and_goes_with_it()
    {
        var queue = await MakeAsync(new { name = "Hall", counters = new[] { new { name = "1" }, new { name = "2" } } });
        await TellAsync(Counter("c1", "1", 1, Id(queue)));
        await TellAsync(Counter("c2", "2", 1, Id(queue)));
        await ReadAsync(queue, "1 c1, 2 c2");

        await TellAsync(Renamed("c1", "One", 2, Id(queue)));
        await ReadAsync(queue, "One c1, 2 c2");
        await TellAsync(Renamed("c1", "Uno", 3, Id(queue)));
        await ReadAsync(queue, "Uno c1, 2 c2");
        // Late and twice.
        await TellAsync(Renamed("c1", "One", 2, Id(queue)));
        await TellAsync(Renamed("c1", "Uno", 3, Id(queue)));
        await TellAsync(Gone("c2", "2", 2, Id(queue)));
        await ReadAsync(queue, "Uno c1");

        var store = host.Services.GetRequiredService<IQueueStore>();
        var definition = (await store.FindAsync(Id(queue), Token))!.Definition;
        Assert.Equal([new QueueCounter("Uno") { Id = "c1" }], definition.Counters);
        Assert.Equal(4, definition.Version);
    }

    [Fact]
    public async Task What_was_read_may_be_sent_back_and_changes_nothing()
    {
        var queue = await MakeAsync(new { name = "Hall", counters = new[] { new { name = "1" }, new { name = "later" } } });
        await TellAsync(Counter("c1", "1", 1, Id(queue)));
        await TellAsync(Counter("c2", "Given", 1, Id(queue)));
        var read = await ReadAsync(queue, "1 c1, later -, Given c2");

        var put = await AnswerAsync(await admin.PutAsJsonAsync(Path(queue), read, Token));

        Assert.Equal("1 c1, later -, Given c2", Counters(put));
        Assert.Equal(["1", "later"], await ListedAsync(queue));
        var patched = await AnswerAsync(
            await admin.PatchAsJsonAsync(Path(queue), new { counters = read.GetProperty("counters"), name = "Lobby" }, Token)
        );
        Assert.Equal("1 c1, later -, Given c2", Counters(patched));
        Assert.Equal(["1", "later"], await ListedAsync(queue));

        // Sent back late: a counter is called what it is called now, and a deleted one stays so.
        await TellAsync(Renamed("c1", "One", 2, Id(queue)));
        await TellAsync(Gone("c2", "Given", 2, Id(queue)));
        await ReadAsync(queue, "One c1, later -");
        Assert.Equal("One c1, later -", Counters(await AnswerAsync(await admin.PutAsJsonAsync(Path(queue), read, Token))));
    }

    [Fact]
    public async Task Names_alone_are_listed_as_ever()
    {
        var queue = await MakeAsync(new { name = "Hall" });
        await TellAsync(Counter("any", "1", 1));
        await TellAsync(Counter("c2", "2", 1, Id(queue)));
        await ReadAsync(queue, "2 c2");

        var names = new[] { new { name = "1" }, new { name = "2" }, new { name = "3" } };
        var put = await AnswerAsync(await admin.PatchAsJsonAsync(Path(queue), new { counters = names }, Token));

        Assert.Equal("1 any, 2 c2, 3 -", Counters(put));
        Assert.Equal(["1", "2", "3"], await ListedAsync(queue));
        // One that is named by its id and was not given this queue is listed too; of an unknown id the name decides.
        var ids = new[] { new { id = "any", name = "its earlier name" }, new { id = "unknown", name = "4" } };
        var other = await MakeAsync(new { name = "Other", counters = ids });
        Assert.Equal("1 any, 4 -", Counters(other));
    }

    private static string Id(JsonElement queue) => queue.GetProperty("id").GetString()!;

    private static string Path(JsonElement queue) => "/api/queues/" + Id(queue);

    private static string Counters(JsonElement queue) =>
        string.Join(", ", queue.GetProperty("counters").EnumerateArray().Select(c => $"{c.GetProperty("name")} {Or(c.GetProperty("id"))}"));

    private static string Or(JsonElement id) => id.ValueKind == JsonValueKind.Null ? "-" : id.GetString()!;

    private static CounterCreated Counter(string id, string name, long version, params string[] queueIds) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Sample.Now,
            CounterId = id,
            Version = version,
            Counter = State(id, name, version, queueIds),
        };

    private static CounterUpdated Renamed(string id, string name, long version, params string[] queueIds) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Sample.Now,
            CounterId = id,
            Version = version,
            Counter = State(id, name, version, queueIds),
        };

    private static CounterDeleted Gone(string id, string name, long version, params string[] queueIds) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Sample.Now,
            CounterId = id,
            Version = version,
            Counter = State(id, name, version, queueIds),
        };

    private static CounterState State(string id, string name, long version, params string[] queueIds) =>
        new()
        {
            Id = id,
            BranchId = "main",
            Name = name,
            Queues = [.. queueIds.Select((q, i) => new QueueRank(q, i + 1))],
            Rule = CounterRule.Oldest,
            Status = CounterStatus.Closed,
            Since = Sample.Now,
            Version = version,
        };

    private static async Task<JsonElement> AnswerAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, text);
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
    }

    private Task TellAsync(IEvent told) => bus.PublishAsync(told, Token);

    private async Task<JsonElement> MakeAsync(object definition) =>
        await AnswerAsync(await admin.PostAsJsonAsync("/api/queues", definition, Token));

    private Task<JsonElement> GetAsync(JsonElement queue) => host.Guest().GetFromJsonAsync<JsonElement>(Path(queue), Token);

    private Task<JsonElement> ReadAsync(JsonElement queue, string expected) =>
        Eventually.GetAsync(() => GetAsync(queue), q => Counters(q) == expected);

    private async Task<IEnumerable<string>> ListedAsync(JsonElement queue) =>
        (await host.Services.GetRequiredService<IQueueStore>().FindAsync(Id(queue), Token))!.Definition.Counters.Select(c => c.Name);
}
