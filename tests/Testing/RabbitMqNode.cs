using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace SmartQueue.Testing;

/// <summary>A private RabbitMQ node on free ports in a folder of its own. Tests skip where RabbitMQ is not installed.</summary>
public sealed class RabbitMqNode : IAsyncLifetime
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Password = "for-tests";
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient management = new();
    private Process? epmd;
    private Process? broker;
    private Dictionary<string, string> environment = [];
    private int port;

    /// <summary>A fresh virtual host, so that no test sees another's queues.</summary>
    public async Task<Uri> VirtualHostAsync()
    {
        if (!File.Exists(Server))
            Absent.Skip("RabbitMQ is not installed.");
        var name = Guid.CreateVersion7().ToString("N");
        (await management.PutAsync(new Uri($"/api/vhosts/{name}", UriKind.Relative), null)).EnsureSuccessStatusCode();
        return new Uri($"amqp://tests:{Password}@127.0.0.1:{port}/{name}");
    }

    /// <summary>Messages in the queues of a virtual host, by queue.</summary>
    public async Task<IReadOnlyDictionary<string, long>> DepthsAsync(Uri virtualHost)
    {
        var queues = await management.GetFromJsonAsync<JsonElement>(new Uri($"/api/queues{virtualHost.AbsolutePath}", UriKind.Relative));
        return queues
            .EnumerateArray()
            .ToDictionary(
                q => q.GetProperty("name").GetString()!,
                q => q.TryGetProperty("messages", out var messages) ? messages.GetInt64() : 0
            );
    }

    /// <summary>Takes over exchanges, queues and policies as an operator would.</summary>
    /// <param name="definitions">JSON as RabbitMQ exports it.</param>
    public async Task ImportAsync(string definitions)
    {
        using var content = new StringContent(definitions, Encoding.UTF8, "application/json");
        using var answer = await management.PostAsync(new Uri("/api/definitions", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Server))
            return;
        var ports = Ports.Free(4);
        port = ports[0];
        var (managementPort, distribution, epmdPort) = (ports[1], ports[2], ports[3]);
        var home = folder.Path;
        var cookie = Path.Combine(home, ".erlang.cookie");
        await File.WriteAllTextAsync(cookie, Guid.CreateVersion7().ToString("N"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        await File.WriteAllTextAsync(Path.Combine(home, "enabled_plugins"), "[rabbitmq_management].");
        await File.WriteAllTextAsync(
            Path.Combine(home, "definitions.json"),
            JsonSerializer.Serialize(
                new
                {
                    vhosts = new[] { new { name = "/" } },
                    users = new[]
                    {
                        new
                        {
                            name = "tests",
                            password = Password,
                            tags = "administrator",
                        },
                    },
                    permissions = new[]
                    {
                        new
                        {
                            user = "tests",
                            vhost = "/",
                            configure = ".*",
                            write = ".*",
                            read = ".*",
                        },
                    },
                }
            )
        );
        await File.WriteAllTextAsync(
            Path.Combine(home, "rabbitmq.conf"),
            $"""
            listeners.tcp.default = 127.0.0.1:{port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {managementPort}
            load_definitions = {home}/definitions.json
            """
        );
        epmd = Start("/usr/bin/epmd", ["-address", "127.0.0.1", "-port", $"{epmdPort}"], []);
        management.BaseAddress = new Uri($"http://127.0.0.1:{managementPort}");
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.ASCII.GetBytes("tests:" + Password))
        );
        environment = new()
        {
            ["HOME"] = home,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{epmdPort}",
            ["RABBITMQ_NODENAME"] = $"tests{port}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(home, "log"),
            ["RABBITMQ_DIST_PORT"] = $"{distribution}",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins"),
            ["RABBITMQ_FEATURE_FLAGS_FILE"] = Path.Combine(home, "feature_flags"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_PID_FILE"] = Path.Combine(home, "pid"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        };
        await StartAsync();
    }

    /// <summary>Starts it, at first or again on its data, and waits until it is well.</summary>
    public async Task StartAsync()
    {
        broker = Start(Server, [], environment);
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await management.GetAsync(new Uri("/api/health/checks/local-alarms", UriKind.Relative));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(90)
        );
    }

    /// <summary>As <c>kill</c> does.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", [$"{broker!.Id}"])!;
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await broker.WaitForExitAsync(limit.Token);
        broker.Dispose();
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        broker!.Kill(entireProcessTree: true);
        await broker.WaitForExitAsync();
        broker.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { broker, epmd }.OfType<Process>())
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        management.Dispose();
        folder.Dispose();
    }

    private static Process Start(string file, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
