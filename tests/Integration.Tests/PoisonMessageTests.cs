using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using RabbitMQ.Client;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

[Collection(OnABroker.Name)]
public sealed class PoisonMessageTests(RabbitMqNode broker) : IClassFixture<RabbitMqNode>
{
    private const string Endpoint = "analytics-tickets";
    private const string DeadLetters = "smartqueue.dead";

    [Fact]
    public async Task An_event_its_consumer_cannot_handle_is_set_aside_blocks_nobody_shows_in_the_metrics_and_can_be_replayed()
    {
        var uri = await broker.VirtualHostAsync();
        await using var system = await SplitSystem.StartAsync(uri);
        using var staff = new SystemClient(system.Edge);
        await staff.SignInAsync();
        var healthy = await staff.DefineQueueAsync();
        var poisoned = await staff.DefineQueueAsync();
        await ChangeAnalyticsAsync(
            system,
            $"CREATE TRIGGER poison BEFORE INSERT ON facts WHEN NEW.queue_id = '{poisoned}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
        );

        await staff.TakeAsync(poisoned);
        await staff.TakeAsync(healthy);
        await PublishGarbageAsync(uri);
        await CountsAsync(staff, healthy, 1);
        await ErrorsAsync(system, 2);
        await CountsAsync(staff, poisoned, 0);
        await staff.TakeAsync(healthy);
        await CountsAsync(staff, healthy, 2);

        // Mended: the event is counted now. Garbage stays what it is, and is set aside again.
        await ChangeAnalyticsAsync(system, "DROP TRIGGER poison");
        var (exitCode, output, errors) = await ReplayErrorsAsync(uri, Endpoint);
        Assert.Equal((0, "Put 2 messages back in analytics-tickets.", ""), (exitCode, output.Trim(), errors));
        await CountsAsync(staff, poisoned, 1);
        await ErrorsAsync(system, 1);
    }

    [Fact]
    public async Task Replaying_the_errors_of_a_queue_that_does_not_exist_says_so()
    {
        var (exitCode, _, errors) = await ReplayErrorsAsync(await broker.VirtualHostAsync(), "no-such-queue");
        Assert.Equal((1, "There is nothing to put back: the broker has no queue no-such-queue_error."), (exitCode, errors.Trim()));
    }

    [Fact]
    public async Task A_message_that_kills_its_consumer_again_and_again_goes_to_the_dead_letters_and_can_be_replayed()
    {
        var uri = await broker.VirtualHostAsync();
        var definitions = JsonNode
            .Parse(ComposeDefinitions().Replace("\"/\"", $"\"{uri.AbsolutePath[1..]}\"", StringComparison.Ordinal))!
            .AsObject();
        foreach (var section in (string[])["vhosts", "users", "permissions"])
            definitions.Remove(section);
        await broker.ImportAsync(definitions.ToJsonString());
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await channel.QueueDeclareAsync(
                Endpoint,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
                cancellationToken: TestContext.Current.CancellationToken
            );
        }

        await PublishGarbageAsync(uri);
        var deliveries = 0;
        await Eventually.GetAsync(
            async () =>
            {
                // A channel that goes without an answer is what the broker sees of a consumer that dies.
                await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
                if (await channel.BasicGetAsync(Endpoint, autoAck: false, TestContext.Current.CancellationToken) is not null)
                    deliveries++;
                return await channel.MessageCountAsync(DeadLetters, TestContext.Current.CancellationToken);
            },
            dead => dead == 1
        );
        Assert.Equal(21, deliveries);

        var (exitCode, output, errors) = await ReplayErrorsAsync(uri, DeadLetters);
        Assert.Equal((0, "Put 1 message back in their queues.", ""), (exitCode, output.Trim(), errors));
        await using var after = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1u, await after.MessageCountAsync(Endpoint, TestContext.Current.CancellationToken));
    }

    private static string ComposeDefinitions()
    {
        var lines = File.ReadLines(Path.Combine(SystemProcess.Root, "docker-compose.yml"))
            .SkipWhile(l => l != "  rabbitmq-definitions:")
            .Skip(2);
        return string.Join('\n', lines.TakeWhile(l => l.StartsWith("      ", StringComparison.Ordinal)))
            .Replace("$$", "$", StringComparison.Ordinal);
    }

    private static Task CountsAsync(SystemClient staff, string queueId, int created) =>
        staff.FiguresAsync(queueId, a => a.GetProperty("counts").GetProperty("created").GetInt32() == created);

    private static Task ErrorsAsync(SplitSystem system, int count) =>
        Eventually.GetAsync(
            () => Metrics.SumAsync(system.AddressOf("analytics"), "smartqueue_queue_errors", $"queue=\"{Endpoint}\""),
            errors => errors == count,
            TimeSpan.FromSeconds(60)
        );

    private static Task<(int ExitCode, string Output, string Errors)> ReplayErrorsAsync(Uri broker, string queue) =>
        SystemProcess.RunAsync(
            TimeSpan.FromSeconds(30),
            new Dictionary<string, string> { ["RABBITMQ_URI"] = broker.ToString() },
            "replay-errors",
            "--queue",
            queue
        );

    private static async Task ChangeAnalyticsAsync(SplitSystem system, string sql)
    {
        await using var database = new SqliteConnection(
            $"Data Source={Path.Combine(system.FolderOf("analytics"), "analytics.db")};Pooling=False"
        );
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task PublishGarbageAsync(Uri broker)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(
            TestContext.Current.CancellationToken
        );
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.BasicPublishAsync(
            "",
            Endpoint,
            mandatory: true,
            Encoding.UTF8.GetBytes("{ not an event"),
            TestContext.Current.CancellationToken
        );
    }
}
