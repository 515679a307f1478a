using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;

namespace SmartQueue.Hosting.Storage;

/// <summary>
/// Tells a store that is away, which passes by itself, from a fault of ours, which does not. What was being written may or may not have
/// happened: it is repeated under the same key.
/// </summary>
public static class StorageFaults
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteProtocol = 15;

    /// <summary>Of those codes, the extended ones that stay until somebody mends them.</summary>
    private static readonly FrozenSet<int> LastingSqlite = new[]
    {
        SqliteIoError | (32 << 8), // a page's checksum is wrong
        SqliteIoError | (33 << 8), // the file system is damaged
        SqliteCannotOpen | (2 << 8), // it is a folder
        SqliteCannotOpen | (3 << 8), // there is no such path
        SqliteCannotOpen | (4 << 8), // the name is impossible
        SqliteCannotOpen | (6 << 8), // it is a symbolic link
    }.ToFrozenSet();

    /// <summary>What a MongoDB answers while it is away, changes its primary, stops, is too busy or has a full disk.</summary>
    private static readonly FrozenSet<int> PassingMongo = new[]
    {
        6, // HostUnreachable
        7, // HostNotFound
        24, // LockTimeout
        43, // CursorNotFound
        50, // MaxTimeMSExpired
        63, // StaleShardVersion
        64, // WriteConcernTimeout
        89, // NetworkTimeout
        91, // ShutdownInProgress
        112, // WriteConflict
        133, // FailedToSatisfyReadPreference
        134, // ReadConcernMajorityNotAvailableYet
        150, // StaleEpoch
        175, // QueryPlanKilled
        189, // PrimarySteppedDown
        202, // NetworkInterfaceExceededTimeLimit
        216, // ElectionInProgress
        234, // RetryChangeStream
        237, // CursorKilled
        246, // SnapshotUnavailable
        262, // ExceededTimeLimit
        462, // IngressRequestRateLimitExceeded
        9001, // SocketException
        10058, // LegacyNotPrimary
        10107, // NotWritablePrimary
        11600, // InterruptedAtShutdown
        11601, // Interrupted
        11602, // InterruptedDueToReplStateChange
        13388, // StaleConfig
        13435, // NotPrimaryNoSecondaryOk
        13436, // NotPrimaryOrSecondary
        14031, // OutOfDiskSpace
    }.ToFrozenSet();

    private static readonly string[] PassingLabels =
    [
        "RetryableWriteError",
        "TransientTransactionError",
        "RetryableError",
        "SystemOverloadedError",
    ];

    /// <summary>
    /// Whether <paramref name="exception"/> says that a store is away for now: trying again later is the answer to it. A missing column, a
    /// violated constraint, a refused command or wrong credentials stay until somebody mends them.
    /// </summary>
    public static bool IsAway(Exception exception) =>
        exception switch
        {
            AggregateException several => several.InnerExceptions.Count > 0 && several.InnerExceptions.All(IsAway),
            SqliteException sqlite => IsAway(sqlite),
            // Refused for the credentials, or cut off while they were shown.
            MongoAuthenticationException refused => refused.InnerException is { } cause && IsAway(cause),
            MongoException mongo => IsAway(mongo),
            // The driver's words for no server to be had and no connection free.
            TimeoutException => true,
            _ => false,
        };

    private static bool IsAway(SqliteException e) =>
        e.SqliteErrorCode is SqliteBusy or SqliteLocked or SqliteIoError or SqliteFull or SqliteCannotOpen or SqliteProtocol
        && !LastingSqlite.Contains(e.SqliteExtendedErrorCode);

    private static bool IsAway(MongoException e) =>
        PassingLabels.Any(e.HasErrorLabel)
        || e switch
        {
            MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
            MongoExecutionTimeoutException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoCursorNotFoundException =>
                true,
            MongoDuplicateKeyException => false,
            MongoWriteConcernException unconfirmed => PassingMongo.Contains(unconfirmed.Code) || IsPassing(unconfirmed.Result),
            MongoCommandException command => PassingMongo.Contains(command.Code),
            MongoWriteException write => AllPass([write.WriteError?.Code, write.WriteConcernError?.Code]),
            MongoBulkWriteException bulk => AllPass([.. bulk.WriteErrors.Select(w => (int?)w.Code), bulk.WriteConcernError?.Code]),
            _ => false,
        };

    private static bool IsPassing(BsonDocument? answer) =>
        answer is not null
        && answer.TryGetValue("writeConcernError", out var error)
        && error is BsonDocument unmet
        && unmet.TryGetValue("code", out var code)
        && PassingMongo.Contains(code.ToInt32());

    private static bool AllPass(IEnumerable<int?> codes)
    {
        var given = codes.OfType<int>().ToList();
        return given.Count > 0 && given.TrueForAll(PassingMongo.Contains);
    }
}
