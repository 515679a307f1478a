using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SmartQueue.Testing;

namespace SmartQueue.Hosting.Tests;

/// <summary>What <c>docker-compose.yml</c> promises, as far as it shows without Docker.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SystemProcess.Root, "docker-compose.yml"));

    [Fact]
    public void No_password_has_a_default() => Assert.Empty(DefaultPassword().Matches(Text).Select(m => m.Value));

    [Theory]
    [InlineData("gateway", "api-gateway")]
    [InlineData("queues", "queue-service")]
    [InlineData("tickets", "ticket-service")]
    [InlineData("users", "user-service")]
    [InlineData("analytics", "analytics-service")]
    [InlineData("notifications", "notification-service")]
    public void A_service_is_found_under_the_name_the_earlier_system_gave_it(string service, string name) =>
        Assert.Contains($"aliases: [{name}]", Section(service), StringComparison.Ordinal);

    [Fact]
    public void Every_service_reads_every_setting_from_the_env_file_and_is_not_privileged()
    {
        Assert.Contains("env_file: [{ path: .env, required: false }]", Section("x-service: &service", indent: 0), StringComparison.Ordinal);
        Assert.Contains("read_only: true", Section("x-service: &service", indent: 0), StringComparison.Ordinal);
        Assert.All((string[])["gateway", "queues", "tickets", "users", "analytics", "notifications"], service =>
            Assert.Contains("<<: *service", Section(service), StringComparison.Ordinal)
        );
        Assert.All((string[])["secrets", "mongodb", "mongo-express", "rabbitmq", "observability"], service =>
            Assert.Contains("security_opt: *unprivileged", Section(service), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_tools_start_when_they_are_asked_for() =>
        Assert.Contains("profiles: [tools]", Section("mongo-express"), StringComparison.Ordinal);

    [Fact]
    public void Images_of_others_are_exact_versions()
    {
        var images = Image()
            .Matches(Text)
            .Select(m => m.Groups[1].Value)
            .Where(i => i != "smartqueue:local" && !i.StartsWith('*'))
            .ToList();
        Assert.NotEmpty(images);
        Assert.All(images, i => Assert.Matches(@"^(&\w+ )?[a-z/-]+:[0-9]+\.[0-9]+\.[0-9]+", i));
    }

    [Fact]
    public async Task Passwords_are_random_made_once_and_handed_on_in_files()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        Assert.Equal((0, ""), await MakePasswordsAsync(first.Path));
        var password = Read(first, "mongodb-password");
        Assert.Matches("^[0-9a-f]{48}$", password);
        Assert.Equal(
            $"mongodb://smartqueue:{password}@mongodb:27017/smartqueue?authSource=admin&replicaSet=rs0",
            Read(first, "mongodb-uri")
        );
        var key = Read(first, "mongodb-key");
        Assert.Matches("^[A-Za-z0-9+/]{128}$", key);
        // mongod refuses a key that others may read.
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(first.Path, "mongodb-key")));
        Assert.Equal($"amqp://smartqueue:{Read(first, "rabbitmq-password")}@rabbitmq:5672", Read(first, "rabbitmq-uri"));
        Assert.Contains(
            $"\"password\": \"{Read(first, "rabbitmq-password")}\"",
            Read(first, "rabbitmq-definitions.json"),
            StringComparison.Ordinal
        );

        Assert.Equal((0, ""), await MakePasswordsAsync(first.Path));
        Assert.Equal(password, Read(first, "mongodb-password"));
        Assert.Equal(key, Read(first, "mongodb-key"));
        Assert.Equal((0, ""), await MakePasswordsAsync(second.Path, mongo: "mine1"));
        Assert.Equal("mine1", Read(second, "mongodb-password"));
        Assert.NotEqual(Read(first, "rabbitmq-password"), Read(second, "rabbitmq-password"));
    }

    [Fact]
    public async Task A_password_that_would_break_an_address_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            (1, "MONGO_PASSWORD and RABBITMQ_PASSWORD must be letters and digits.\n"),
            await MakePasswordsAsync(folder.Path, mongo: "good", rabbit: "a/b@c")
        );
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task The_replica_set_is_made_once_and_healthy_is_a_primary()
    {
        Assert.Equal((1, "initiated rs0 mongodb:27017"), await AskHealthAsync("{ isreplicaset: true }"));
        Assert.Equal((1, ""), await AskHealthAsync("{ setName: 'rs0', secondary: true }"));
        Assert.Equal((0, ""), await AskHealthAsync("{ setName: 'rs0', isWritablePrimary: true }"));
    }

    [Fact]
    public void Kubernetes_gets_the_same_policies_without_the_account()
    {
        var ours = JsonNode.Parse(Block("  rabbitmq-definitions:\n    content: |\n"))!.AsObject();
        Assert.All((string[])["vhosts", "users", "permissions"], name => Assert.True(ours.Remove(name)));
        var theirs = File.ReadAllText(Path.Combine(SystemProcess.Root, "deploy/kubernetes/rabbitmq-definitions.json"));
        Assert.True(JsonNode.DeepEquals(ours, JsonNode.Parse(theirs)));
    }

    [Fact]
    public void Examples_have_no_password_that_anybody_could_guess() =>
        Assert.All((string[])["README.md", "docs/operating.md", "docs/api.md"], page =>
            Assert.DoesNotContain("password123", File.ReadAllText(Path.Combine(SystemProcess.Root, page)), StringComparison.Ordinal)
        );

    private static string Read(TemporaryFolder folder, string name) => File.ReadAllText(Path.Combine(folder.Path, name));

    // The script of the service that runs once, as the shell in the container gets it, on a folder of the test.
    private static async Task<(int ExitCode, string Errors)> MakePasswordsAsync(string folder, string mongo = "", string rabbit = "")
    {
        using var input = new TemporaryFolder();
        var definitions = Path.Combine(input.Path, "definitions.json");
        await File.WriteAllTextAsync(
            definitions,
            Block("  rabbitmq-definitions:\n    content: |\n"),
            TestContext.Current.CancellationToken
        );
        var script = Block("    command:\n      - |\n")
            .Replace("/run/smartqueue", folder, StringComparison.Ordinal)
            .Replace("/rabbitmq-definitions.json", definitions, StringComparison.Ordinal)
            // To another account only root can give it.
            .Replace("chown 999:999", "chown --reference=.", StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardError = true };
        (start.Environment["MONGO_PASSWORD"], start.Environment["RABBITMQ_PASSWORD"]) = (mongo, rabbit);
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, errors);
    }

    // The script of the health check with a database that says hello as the test wants, and tells how it was made a replica set.
    private static async Task<(int ExitCode, string Output)> AskHealthAsync(string hello)
    {
        using var folder = new TemporaryFolder();
        var token = TestContext.Current.CancellationToken;
        var script = Path.Combine(folder.Path, "replica-set.js");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "mongodb-password"), "secret", token);
        await File.WriteAllTextAsync(
            script,
            $$"""
            const quit = process.exit;
            const connect = uri => {
              if (uri !== 'mongodb://smartqueue:secret@mongodb:27017/admin?directConnection=true') throw new Error(uri);
              return {
                hello: () => ({{hello}}),
                adminCommand: c => process.stdout.write(`initiated ${c.replSetInitiate._id} ${c.replSetInitiate.members.map(m => m.host)}`),
              };
            };
            {{Block("  mongodb-replica-set:\n    content: |\n").Replace("/run/smartqueue", folder.Path, StringComparison.Ordinal)}}
            """,
            token
        );
        using var process = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return (process.ExitCode, output);
    }

    // The lines of a literal block; Compose writes a dollar as two.
    private static string Block(string head)
    {
        var lines = Text[(Text.IndexOf(head, StringComparison.Ordinal) + head.Length)..].Split('\n');
        var indent = lines[0].TakeWhile(c => c == ' ').Count();
        return string.Join(
                '\n',
                lines
                    .TakeWhile(l => l.Length == 0 || l.TakeWhile(c => c == ' ').Count() >= indent)
                    .Select(l => l.Length == 0 ? l : l[indent..])
            )
            .Replace("$$", "$", StringComparison.Ordinal);
    }

    private static string Section(string name, int indent = 2)
    {
        var lines = Text.Split('\n');
        var head = new string(' ', indent) + (indent == 0 ? name : name + ":");
        var start = Array.IndexOf(lines, head);
        Assert.True(start >= 0, $"The file has no {name}.");
        return string.Join('\n', lines.Skip(start + 1).TakeWhile(l => l.Length == 0 || l.TakeWhile(c => c == ' ').Count() > indent));
    }

    [GeneratedRegex(@"PASSWORD:-[^}]+", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultPassword();

    [GeneratedRegex(@"^ +image: (.+)$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Image();
}
