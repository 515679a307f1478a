using System.Net;
using System.Net.Sockets;
using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

public sealed class StartupFailureTests
{
    [Theory]
    [InlineData("JWT_EXPIRE", "soon")]
    [InlineData("RABBITMQ_URI", "http://broker")]
    [InlineData("MONGODB_URI", "not an address")]
    [InlineData("CORS_ORIGINS", "example.org")]
    [InlineData("ENABLE_LOGGING", "maybe")]
    [InlineData("TICKET_SERVICE_PORT", "70000", "--services", "tickets")]
    [InlineData("ADMIN_PASSWORD", "short")]
    [InlineData("SMARTQUEUE_BIND", "everywhere")]
    [InlineData("SMARTQUEUE_BIND", "203.0.113.9")]
    public async Task A_wrong_setting_stops_the_start_with_one_sentence_that_names_it(string name, string value, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await FailsAsync(folder.Path, name, new() { [name] = value }, arguments);
    }

    [Theory]
    [InlineData("--services", "gateway,dragons")]
    [InlineData("--port", "zero")]
    [InlineData("--colour", "red")]
    [InlineData("serve", "")]
    public async Task A_wrong_argument_stops_the_start_with_one_sentence(string argument, string value)
    {
        using var folder = new TemporaryFolder();
        await FailsAsync(folder.Path, argument, [], argument, value);
    }

    [Fact]
    public async Task Services_in_several_processes_need_a_broker()
    {
        using var folder = new TemporaryFolder();
        await FailsAsync(folder.Path, "RABBITMQ_URI", [], "--services", "tickets");
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_with_one_sentence()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var (exitCode, errors) = await SystemProcess.FailAsync(folder.Path, port);
        IsOneSentence(exitCode, errors, $"Port {port} is taken");
    }

    [Fact]
    public async Task A_damaged_file_stops_the_start_with_one_sentence()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "tickets.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        await FailsAsync(folder.Path, "tickets.db is damaged", []);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_stops_the_start_with_one_sentence() =>
        await FailsAsync("/proc/smartqueue", "/proc/smartqueue", []);

    [Fact]
    public async Task A_data_folder_in_use_stops_the_start_with_one_sentence()
    {
        using var folder = new TemporaryFolder();
        await using var first = await SystemProcess.StartAsync(folder.Path, Ports.Free(1)[0]);
        await FailsAsync(folder.Path, "another SmartQueue process", []);
    }

    private static async Task FailsAsync(string folder, string names, Dictionary<string, string> settings, params string[] arguments)
    {
        var (exitCode, errors) = await SystemProcess.FailAsync(folder, Ports.Free(1)[0], settings, arguments);
        IsOneSentence(exitCode, errors, names);
    }

    private static void IsOneSentence(int exitCode, string errors, string names)
    {
        Assert.NotEqual(0, exitCode);
        Assert.Contains(names, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors.Trim());
    }
}
