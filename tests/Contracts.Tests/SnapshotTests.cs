using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Contracts.Tests;

/// <summary>
/// The wire form of every message, as it was when others began to rely on it. A record may gain members; it may not lose, rename or
/// retype one: events of older versions wait in outboxes and queues.
/// </summary>
public sealed class SnapshotTests
{
    private const string Update = "SMARTQUEUE_UPDATE_SNAPSHOTS";

    private static readonly string Folder = typeof(SnapshotTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Snapshots")
        .Value!;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Names => [.. Samples.Messages.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_looks_as_its_snapshot(string name)
    {
        var type = Samples.Messages.Single(t => t.Name == name);
        var actual = JsonSerializer.Serialize(Samples.Of(type), type, Indented) + "\n";
        var path = Path.Combine(Folder, name + ".json");
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(path, actual);

        Assert.True(
            File.Exists(path),
            $"{name} has no snapshot. Run these tests once with {Update}=1, read the file it makes, and commit it."
        );
        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_read_back_whole(string name)
    {
        var type = Samples.Messages.Single(t => t.Name == name);
        var sample = Samples.Of(type);

        var back = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(sample, type, JsonSerializerOptions.Web),
            type,
            JsonSerializerOptions.Web
        );

        Assert.Equivalent(sample, back, strict: true);
        if (sample is IEvent change)
            Assert.Equal(change.EventId, ((IEvent)back!).EventId);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_with_members_of_a_later_version_is_still_read(string name)
    {
        var type = Samples.Messages.Single(t => t.Name == name);
        var later = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!.AsObject();
        later["addedLater"] = new JsonObject { ["any"] = 1 };

        Assert.Equivalent(Samples.Of(type), later.Deserialize(type, JsonSerializerOptions.Web), strict: true);
    }

    [Fact]
    public void Every_snapshot_belongs_to_a_message() =>
        Assert.Equal(
            Samples.Messages.Select(t => t.Name),
            Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
        );
}
