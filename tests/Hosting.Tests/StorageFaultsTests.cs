using System.Globalization;
using System.Net;
using System.Reflection;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Tests;

public sealed class StorageFaultsTests
{
    private const int DuplicateKey = 11000;
    private const int WriteConcernTimeout = 64;
    private const int UnsatisfiableWriteConcern = 100;

    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(), new DnsEndPoint("db.example.org", 27017)));

    private static readonly Dictionary<string, Exception> Passing = new()
    {
        ["no server to be had"] = new TimeoutException(),
        ["connection lost"] = new MongoConnectionException(Connection, "lost"),
        ["connection closed"] = new MongoConnectionClosedException(Connection),
        ["connection lost at sign-in"] = new MongoAuthenticationException(
            Connection,
            "lost",
            new MongoConnectionException(Connection, "lost")
        ),
        ["pool paused"] = new MongoConnectionPoolPausedException("paused"),
        ["execution time-out"] = new MongoExecutionTimeoutException(Connection, "too long"),
        ["not primary"] = new MongoNotPrimaryException(Connection, [], []),
        ["recovering"] = new MongoNodeIsRecoveringException(Connection, [], []),
        ["cursor lost"] = new MongoCursorNotFoundException(Connection, 1, []),
        ["interrupted"] = Command(11601),
        ["stepped down"] = Command(189),
        ["disk full"] = Command(14031),
        ["write-concern time-out of a command"] = Unconfirmed(WriteConcernTimeout),
        ["write-concern time-out of a write"] = Write(concern: WriteConcernTimeout),
        ["write-concern time-out of many"] = Bulk([], WriteConcernTimeout),
        ["stopped amid a write"] = Write(91),
        ["stopped amid many"] = Bulk([91, 11600], null),
        ["may be tried again"] = Labelled("RetryableWriteError"),
        ["may be tried again whole"] = Labelled("TransientTransactionError"),
        ["all of several"] = new AggregateException(new TimeoutException(), Command(91)),
    };

    private static readonly Dictionary<string, Exception> Lasting = new()
    {
        ["duplicate key"] = Write(DuplicateKey),
        ["duplicate key of a command"] = Command(DuplicateKey),
        ["duplicate key among many"] = Bulk([91, DuplicateKey], null),
        ["duplicate key, and not confirmed"] = Write(DuplicateKey, WriteConcernTimeout),
        ["a write concern nobody can meet"] = Unconfirmed(UnsatisfiableWriteConcern),
        ["bad command"] = Command(59),
        ["not authorized"] = Command(13),
        ["wrong password"] = new MongoAuthenticationException(Connection, "refused", Command(18)),
        ["bad configuration"] = new MongoConfigurationException("no"),
        ["some of several"] = new AggregateException(new TimeoutException(), new InvalidOperationException()),
        ["nothing of several"] = new AggregateException(),
        ["a fault of ours"] = new InvalidOperationException(),
        ["cancelled"] = new OperationCanceledException(),
    };

    public static TheoryData<string> PassingNames => [.. Passing.Keys];

    public static TheoryData<string> LastingNames => [.. Lasting.Keys];

    [Theory]
    [MemberData(nameof(PassingNames))]
    public void What_passes_by_itself_is_away(string name) => Assert.True(StorageFaults.IsAway(Passing[name]));

    [Theory]
    [MemberData(nameof(LastingNames))]
    public void What_somebody_must_mend_is_not(string name) => Assert.False(StorageFaults.IsAway(Lasting[name]));

    [Theory]
    [InlineData(5, 5, true)] // busy
    [InlineData(5, 517, true)] // busy with a snapshot
    [InlineData(6, 6, true)] // locked
    [InlineData(10, 10, true)] // input or output failed
    [InlineData(10, 778, true)] // a write failed
    [InlineData(10, 8458, false)] // the file system is damaged
    [InlineData(13, 13, true)] // the disk is full
    [InlineData(14, 14, true)] // too many open files
    [InlineData(14, 526, false)] // the file is a folder
    [InlineData(1, 1, false)] // no such column
    [InlineData(8, 8, false)] // read-only
    [InlineData(11, 11, false)] // damaged
    [InlineData(19, 2067, false)] // not unique
    [InlineData(26, 26, false)] // not a database
    public void SQLite_is_away_by_its_extended_code(int code, int extended, bool away) =>
        Assert.Equal(away, StorageFaults.IsAway(new SqliteException("no", code, extended)));

    private static MongoCommandException Command(int code) => new(Connection, "no", [], new BsonDocument("code", code));

    private static MongoWriteConcernException Unconfirmed(int code) =>
        new(Connection, "no", new WriteConcernResult(new BsonDocument("writeConcernError", new BsonDocument("code", code))));

    private static MongoWriteException Write(int? code = null, int? concern = null) =>
        new(
            Connection,
            code is { } failed ? Make<WriteError>(ServerErrorCategory.Uncategorized, failed, "no", new BsonDocument()) : null,
            Concern(concern),
            null
        );

    private static MongoBulkWriteException Bulk(int[] codes, int? concern) =>
        new MongoBulkWriteException<BsonDocument>(
            Connection,
            null,
            codes.Select((code, i) => Make<BulkWriteError>(i, ServerErrorCategory.Uncategorized, code, "no", new BsonDocument())),
            Concern(concern),
            []
        );

    private static WriteConcernError? Concern(int? code) =>
        code is { } unmet ? Make<WriteConcernError>(unmet, "", "no", new BsonDocument(), Array.Empty<string>()) : null;

    private static MongoException Labelled(string label)
    {
        var exception = new MongoException("no");
        exception.AddErrorLabel(label);
        return exception;
    }

    // Only the driver itself makes these.
    private static T Make<T>(params object[] arguments) =>
        (T)
            Activator.CreateInstance(
                typeof(T),
                BindingFlags.Instance | BindingFlags.NonPublic,
                null,
                arguments,
                CultureInfo.InvariantCulture
            )!;
}
