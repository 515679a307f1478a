using SmartQueue.Testing;

namespace SmartQueue.Integration.Tests;

/// <summary>The services, a process each, on one broker; some twice where they share a database.</summary>
internal sealed class SplitSystem : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Services =
    [
        "users",
        "queues",
        "tickets",
        "analytics",
        "notifications",
        "appointments",
        "gateway",
    ];

    /// <summary>The second processes of services that have two. The second gateway asks the others of these.</summary>
    public static readonly IReadOnlyList<string> Seconds = ["users2", "tickets2", "gateway2"];

    private readonly TemporaryFolder folder = new();
    private readonly int[] ports = Ports.Free(Services.Count + Seconds.Count);
    private readonly Dictionary<string, string> settings;
    private readonly Dictionary<string, SystemProcess> processes = [];

    private SplitSystem(Uri broker, IReadOnlyDictionary<string, string>? more) =>
        settings = new(more ?? new Dictionary<string, string>())
        {
            ["RABBITMQ_URI"] = broker.ToString(),
            ["USER_SERVICE_PORT"] = $"{ports[0]}",
            ["QUEUE_SERVICE_PORT"] = $"{ports[1]}",
            ["TICKET_SERVICE_PORT"] = $"{ports[2]}",
            ["ANALYTICS_SERVICE_PORT"] = $"{ports[3]}",
            ["NOTIFICATION_SERVICE_PORT"] = $"{ports[4]}",
            ["APPOINTMENT_SERVICE_PORT"] = $"{ports[5]}",
            ["API_GATEWAY_PORT"] = $"{ports[6]}",
        };

    /// <summary>The gateway.</summary>
    public Uri Edge => AddressOf("gateway");

    /// <summary>Starts all and waits until they are ready.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="settings">Settings of all of them.</param>
    /// <param name="from">A data folder of one process whose stores they go on with; <c>null</c> to start with nothing.</param>
    public static async Task<SplitSystem> StartAsync(Uri broker, IReadOnlyDictionary<string, string>? settings = null, string? from = null)
    {
        var system = new SplitSystem(broker, settings);
        try
        {
            foreach (var store in from is null ? [] : Directory.GetFiles(from, "*.db"))
            {
                var folder = Directory.CreateDirectory(system.FolderOf(Path.GetFileNameWithoutExtension(store)));
                File.Copy(store, Path.Combine(folder.FullName, Path.GetFileName(store)));
            }

            await Task.WhenAll(Services.Select(system.StartAsync));
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts all on one MongoDB and three of them twice, both at once, and waits until they are ready.</summary>
    public static async Task<SplitSystem> StartTwiceAsync(Uri broker, string mongoDb, IReadOnlyDictionary<string, string>? settings = null)
    {
        var system = new SplitSystem(
            broker,
            new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["MONGODB_URI"] = mongoDb }
        );
        try
        {
            foreach (
                var some in Services
                    .Concat(Seconds)
                    .GroupBy(s => s.StartsWith("users", StringComparison.Ordinal) || s.StartsWith("tickets", StringComparison.Ordinal))
            )
                await Task.WhenAll(some.Select(system.StartAsync));
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a service listens.</summary>
    public Uri AddressOf(string service) => new($"http://127.0.0.1:{PortOf(service)}");

    /// <summary>The folder of what a service keeps.</summary>
    public string FolderOf(string service) => Path.Combine(folder.Path, service);

    /// <summary>Starts a service, at first or again on its data.</summary>
    public async Task StartAsync(string service)
    {
        var started = await SystemProcess.StartAsync(
            FolderOf(service),
            PortOf(service),
            SettingsOf(service),
            "--services",
            service.TrimEnd('2')
        );
        lock (processes)
            processes[service] = started;
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync(string service)
    {
        if (processes.Remove(service, out var process))
            await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes.Values)
            await process.DisposeAsync();
        folder.Dispose();
    }

    private int PortOf(string service) => ports[Services.Concat(Seconds).ToList().IndexOf(service)];

    private Dictionary<string, string> SettingsOf(string service) =>
        service == "gateway2" && settings.ContainsKey("MONGODB_URI")
            ? new(settings)
            {
                ["USER_SERVICE_URL"] = AddressOf("users2").ToString(),
                ["TICKET_SERVICE_URL"] = AddressOf("tickets2").ToString(),
            }
            : settings;
}
