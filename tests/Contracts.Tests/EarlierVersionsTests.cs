using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartQueue.Contracts.Tests;

/// <summary>What a release wrote waits in outboxes, queues and backups: whoever upgrades has it read by this version.</summary>
public sealed class EarlierVersionsTests
{
    private static readonly string Folder = typeof(EarlierVersionsTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Earlier")
        .Value!;

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_message_of_a_release_is_read_with_all_that_it_said(string file)
    {
        var type = Samples.Messages.Single(t => t.Name == Path.GetFileNameWithoutExtension(file));
        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

        var read = JsonSerializer.SerializeToNode(written.Deserialize(type, JsonSerializerOptions.Web), type, JsonSerializerOptions.Web);

        AssertHolds(written, read, file);
    }

    private static void AssertHolds(JsonNode? written, JsonNode? read, string path)
    {
        switch (written)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                    AssertHolds(value, Assert.IsType<JsonObject>(read)[name], $"{path} {name}");
                break;
            case JsonArray items:
                var found = Assert.IsType<JsonArray>(read);
                Assert.Equal(items.Count, found.Count);
                foreach (var (at, item) in items.Index())
                    AssertHolds(item, found[at], $"{path}[{at}]");
                break;
            default:
                Assert.True(
                    JsonNode.DeepEquals(written, read),
                    $"{path} was {written?.ToJsonString()} and is read as {read?.ToJsonString()}"
                );
                break;
        }
    }
}
