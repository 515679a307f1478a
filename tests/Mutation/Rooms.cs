using System.Text.RegularExpressions;

namespace SmartQueue.Mutation;

/// <summary>Which of the product is mutated, and where its tests are.</summary>
internal static partial class Rooms
{
    // Where a mistake loses or changes what people were promised.
    private static readonly string[] Watched =
    [
        "services/Tickets/Domain/",
        "services/Tickets/Storage/",
        "services/Hosting/Outbox/",
        "services/Hosting/Storage/",
        "services/Hosting/Time/",
        "services/Queues/Domain/",
        "services/Queues/Storage/",
        "services/Users/Domain/",
        "services/Users/Storage/",
        "services/Analytics/Facts/",
        "services/Analytics/Storage/",
        "services/Appointments/Domain/",
        "services/Appointments/Storage/",
        "services/Notifications/Domain/",
        "services/Notifications/Storage/",
    ];

    // They start brokers or processes or look at documents, and would notice little of what a mutant does, and late.
    private static readonly string[] Slow =
    [
        "BackupTests",
        "ComposeFileTests",
        "ConsumerPauseTests",
        "DocumentationTests",
        "InnerCallTests",
    ];

    /// <summary>Whether a file is mutated where nobody names any.</summary>
    public static bool IsWatched(string path) => Watched.Any(w => path.StartsWith(w, StringComparison.Ordinal)) && CanBeMutated(path);

    /// <summary>
    /// Not so what says how things are logged, named or made, what is a step of a schema (kept files test those), and the stores of
    /// MongoDB where no server is given.
    /// </summary>
    public static bool CanBeMutated(string path) =>
        path.StartsWith("services/", StringComparison.Ordinal)
        && path.EndsWith(".cs", StringComparison.Ordinal)
        && !LeftOut().IsMatch(path)
        && (HasMongo || !path.Contains("Mongo", StringComparison.Ordinal));

    /// <summary>The project of a file, from the root of the tree.</summary>
    public static string ProjectOf(string path)
    {
        var service = path.Split('/')[1];
        return $"services/{service}/SmartQueue.{service}.csproj";
    }

    /// <summary>The test projects that judge a file. What every service stands on, the richest of them tests too.</summary>
    public static IReadOnlyList<string> TestsOf(string path)
    {
        var service = path.Split('/')[1];
        return service == "Hosting" ? ["Hosting.Tests", "Tickets.Tests"] : [$"{service}.Tests"];
    }

    /// <summary>Whether a test class takes part.</summary>
    public static bool IsQuick(string testClass) =>
        !Slow.Contains(testClass.Split('.')[^1]) && (HasMongo || !testClass.Split('.')[^1].StartsWith("Mongo", StringComparison.Ordinal));

    private static bool HasMongo => Environment.GetEnvironmentVariable("SMARTQUEUE_TEST_MONGODB") is { Length: > 0 };

    [GeneratedRegex(@"(Log|Metrics|Module|Options|Schema|Setup|Telemetry\w*|AssemblyInfo)\.cs$|/Backups/")]
    private static partial Regex LeftOut();
}
