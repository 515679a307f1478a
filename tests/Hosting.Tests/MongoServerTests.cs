using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;
using SmartQueue.Hosting.Storage.Mongo;

namespace SmartQueue.Hosting.Tests;

/// <summary>Servers that answer and cannot be used, or should be otherwise.</summary>
public sealed class MongoServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public async Task A_server_that_is_too_old_stops_the_start(int wireVersion)
    {
        await using var mongo = new FakeMongo(wireVersion, replicaSet: true);
        Assert.EndsWith("SmartQueue needs MongoDB 4.4 or later.", await RefusalAsync(Server(mongo).RequireAsync), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_stops_the_start()
    {
        await using var mongo = new FakeMongo(9, replicaSet: true, _ => FakeMongo.Refusal(18, "Authentication failed."));
        Assert.Contains("MONGODB_URI", await RefusalAsync(Server(mongo, "ann:wrong").RequireAsync), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_without_access_stops_the_start()
    {
        await using var mongo = new FakeMongo(9, replicaSet: true, command =>
            command.Contains("find") ? FakeMongo.Refusal(13, "not authorized") : null
        );
        await Server(mongo).RequireAsync(Token);
        var sentence = await RefusalAsync(Schema(mongo).UpgradeAsync);
        Assert.Contains("smartqueue_tickets", sentence, StringComparison.Ordinal);
        Assert.Contains("readWrite", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(85, "Index already exists with a different name: mine")]
    [InlineData(86, "An existing index has the same name as the requested index.")]
    public async Task An_index_that_somebody_made_by_hand_stops_the_upgrade(int code, string message)
    {
        await using var mongo = new FakeMongo(9, replicaSet: true, command => command.GetElement(0).Name switch
            {
                "find" => BsonDocument.Parse("{ ok: 1, cursor: { id: NumberLong(0), ns: 'a.b', firstBatch: [] } }"),
                "update" => BsonDocument.Parse("{ ok: 1, n: 1, nModified: 0, upserted: [{ index: 0, _id: 'schema' }] }"),
                "createIndexes" => FakeMongo.Refusal(code, message),
                _ => null,
            });
        var sentence = await RefusalAsync(Schema(mongo).UpgradeAsync);
        Assert.Contains("smartqueue_tickets.tickets has an index", sentence, StringComparison.Ordinal);
        Assert.Contains("dropIndex", sentence, StringComparison.Ordinal);
        Assert.Contains(message, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_standalone_server_is_used_and_told_of(bool replicaSet)
    {
        await using var mongo = new FakeMongo(9, replicaSet);
        var server = Server(mongo);
        await server.RequireAsync(Token);
        Assert.Equal(replicaSet, server.Concern is null);
    }

    [Fact]
    public async Task An_operation_on_a_server_that_answers_nothing_is_given_up_and_may_be_repeated()
    {
        await using var mongo = new FakeMongo(9, replicaSet: true) { Frozen = true };
        var lines = mongo.Database(limit: TimeSpan.FromMilliseconds(300)).GetCollection<BsonDocument>("lines");
        await AwayAsync(() => lines.Find(new BsonDocument()).AnyAsync(Token));
        await AwayAsync(() => lines.InsertOneAsync(new BsonDocument("_id", 1), cancellationToken: Token));
    }

    // What was written may or may not be there: such an answer is a 503, never a 500.
    [Theory]
    [InlineData(10107, "not master")]
    [InlineData(189, "primary stepped down")]
    [InlineData(11600, "interrupted at shutdown")]
    [InlineData(11602, "interrupted due to a change of the replica set")]
    [InlineData(112, "write conflict")]
    [InlineData(50, "operation exceeded time limit")]
    public async Task A_write_that_a_server_refuses_for_now_may_be_repeated(int code, string message)
    {
        await using var mongo = new FakeMongo(9, replicaSet: true, _ => FakeMongo.Refusal(code, message));
        var lines = mongo.Database(limit: TimeSpan.FromSeconds(5)).GetCollection<BsonDocument>("lines");
        await AwayAsync(() => lines.InsertOneAsync(new BsonDocument("_id", 1), cancellationToken: Token));
    }

    [Fact]
    public async Task A_write_that_no_majority_confirmed_in_time_may_be_repeated()
    {
        await using var mongo = new FakeMongo(9, replicaSet: true, _ =>
            BsonDocument.Parse(
                "{ ok: 1, n: 1, writeConcernError: { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' } }"
            )
        );
        var lines = mongo.Database().GetCollection<BsonDocument>("lines");
        await AwayAsync(() => lines.InsertOneAsync(new BsonDocument("_id", 1), cancellationToken: Token));
    }

    private static async Task AwayAsync(Func<Task> operation)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(operation);
        Assert.True(StorageFaults.IsAway(fault), fault.ToString());
    }

    private static MongoServer Server(FakeMongo mongo, string? account = null) =>
        new(mongo.Database(account), NullLogger<MongoServer>.Instance);

    private static MongoSchema Schema(FakeMongo mongo) =>
        new("tickets", mongo.Database(), [new("Indexes", IndexAsync)], TimeProvider.System);

    private static Task IndexAsync(IMongoDatabase database, CancellationToken token) =>
        database
            .GetCollection<BsonDocument>("tickets")
            .Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("number")),
                cancellationToken: token
            );

    private static async Task<string> RefusalAsync(Func<CancellationToken, Task> start)
    {
        var message = (await Assert.ThrowsAsync<StartupException>(() => start(Token))).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
