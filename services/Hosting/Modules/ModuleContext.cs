using System.Net;
using SmartQueue.Hosting.Settings;
using SmartQueue.Hosting.Storage;

namespace SmartQueue.Hosting.Modules;

/// <summary>What a module may know of the process that hosts it.</summary>
public sealed class ModuleContext
{
    private static readonly IReadOnlyDictionary<string, (string PortSetting, int Port, string AddressSetting)> Defaults = new Dictionary<
        string,
        (string, int, string)
    >
    {
        [ServiceNames.Gateway] = ("API_GATEWAY_PORT", 4000, "API_GATEWAY_URL"),
        [ServiceNames.Queues] = ("QUEUE_SERVICE_PORT", 4001, "QUEUE_SERVICE_URL"),
        [ServiceNames.Tickets] = ("TICKET_SERVICE_PORT", 4002, "TICKET_SERVICE_URL"),
        [ServiceNames.Users] = ("USER_SERVICE_PORT", 4003, "USER_SERVICE_URL"),
        [ServiceNames.Analytics] = ("ANALYTICS_SERVICE_PORT", 4004, "ANALYTICS_SERVICE_URL"),
        [ServiceNames.Notifications] = ("NOTIFICATION_SERVICE_PORT", 4005, "NOTIFICATION_SERVICE_URL"),
        [ServiceNames.Appointments] = ("APPOINTMENT_SERVICE_PORT", 4006, "APPOINTMENT_SERVICE_URL"),
    };

    private readonly HashSet<string> hosted;

    /// <summary>The process that hosts <paramref name="hosted"/> out of <paramref name="all"/>.</summary>
    /// <param name="settings">The settings of the process.</param>
    /// <param name="all">Every module there is.</param>
    /// <param name="hosted">The names of those in this process.</param>
    /// <param name="port">The port to listen on; <c>null</c> takes the gateway's if it is hosted, else that of the first hosted.</param>
    /// <exception cref="StartupException">A name is unknown, or a setting is wrong.</exception>
    public ModuleContext(SettingsReader settings, IReadOnlyList<IServiceModule> all, IReadOnlyList<string> hosted, int? port = null)
    {
        Settings = settings;
        AllModules = all;
        this.hosted = [.. hosted];
        foreach (var name in hosted)
        {
            if (all.All(m => m.Name != name))
                throw new StartupException($"--services must name some of {string.Join(", ", all.Select(m => m.Name))}, but has '{name}'.");
        }

        foreach (var (portSetting, fallback, addressSetting) in Defaults.Values)
        {
            // All of them now, so that a wrong one is found at the start and not at the first call.
            settings.Port(portSetting, fallback);
            settings.Address(addressSetting, "http", "https");
        }

        HostedModules = [.. all.Where(m => this.hosted.Contains(m.Name))];
        Port = port ?? PortOf(Hosts(ServiceNames.Gateway) ? ServiceNames.Gateway : hosted[0]);
        Bind = BindAddress(settings);
        DataFolder = Path.GetFullPath(settings.Text("SMARTQUEUE_DATA") ?? "data");
        TextsFolder = Path.GetFullPath(settings.Text("LANGUAGES_FOLDER") ?? Path.Combine(DataFolder, "languages"));
        IsDemo = DemoMark.Is(DataFolder);
        var publicUrl = settings.Address("PUBLIC_URL", "http", "https");
        PublicUrlIsSet = publicUrl is not null;
        PublicUrl = publicUrl ?? ShownAs(Bind, Hosts(ServiceNames.Gateway) ? Port : PortOf(ServiceNames.Gateway));
        MongoDb = settings.Text("MONGODB_URI");
        RabbitMq = settings.Address("RABBITMQ_URI", "amqp", "amqps");
        if (RabbitMq is null && HostedModules.Count < all.Count)
            throw new StartupException(
                "RABBITMQ_URI must be set when services run in several processes, since they hear of each other through the broker."
            );
    }

    /// <summary>The settings of the process.</summary>
    public SettingsReader Settings { get; }

    /// <summary>Every module there is, hosted here or not.</summary>
    public IReadOnlyList<IServiceModule> AllModules { get; }

    /// <summary>The modules of this process.</summary>
    public IReadOnlyList<IServiceModule> HostedModules { get; }

    /// <summary>The port the process listens on.</summary>
    public int Port { get; }

    /// <summary>The address it listens on (<c>SMARTQUEUE_BIND</c>).</summary>
    public IPAddress Bind { get; }

    /// <summary>Absolute path of the folder for what the process keeps.</summary>
    public string DataFolder { get; }

    /// <summary>Absolute path of the folder for texts in more languages, or other ones (<c>LANGUAGES_FOLDER</c>). It may be absent.</summary>
    public string TextsFolder { get; }

    /// <summary>Whether what is in that folder is made up, which every page says.</summary>
    public bool IsDemo { get; }

    /// <summary>Where people reach the gateway from outside (<c>PUBLIC_URL</c>): what links in messages and documents begin with.</summary>
    public Uri PublicUrl { get; }

    /// <summary>Whether that was set, rather than guessed.</summary>
    public bool PublicUrlIsSet { get; }

    internal string? MongoDb { get; }

    internal Uri? RabbitMq { get; }

    /// <summary>Whether this process hosts the service.</summary>
    public bool Hosts(string service) => hosted.Contains(service);

    /// <summary>
    /// Where the service answers HTTP: within this process if it is here, else <c>…_SERVICE_URL</c>, else its own port on the address this
    /// process listens on. Clients that go there need <see cref="ServiceClients.ReachServices"/>.
    /// </summary>
    /// <exception cref="StartupException">The setting is wrong.</exception>
    public Uri AddressOf(string service) =>
        Hosts(service)
            ? InProcessTransport.Address
            : Settings.Address(Defaults[service].AddressSetting, "http", "https") ?? ReachableAt(Bind, PortOf(service));

    /// <summary>The address that <c>SMARTQUEUE_BIND</c> names.</summary>
    /// <exception cref="StartupException">It names none.</exception>
    public static IPAddress BindAddress(SettingsReader settings)
    {
        var bind = settings.Text("SMARTQUEUE_BIND") ?? "127.0.0.1";
        return IPAddress.TryParse(bind, out var address)
            ? address
            : throw new StartupException($"SMARTQUEUE_BIND must be an IP address such as 127.0.0.1 or 0.0.0.0, but is '{bind}'.");
    }

    /// <summary>The address of a port that is listened on, as people type it.</summary>
    public static Uri ShownAs(IPAddress bind, int port) =>
        bind.Equals(IPAddress.Loopback)
        || bind.Equals(IPAddress.IPv6Loopback)
        || bind.Equals(IPAddress.Any)
        || bind.Equals(IPAddress.IPv6Any)
            ? new Uri($"http://localhost:{port}")
            : ReachableAt(bind, port);

    /// <summary>Where a port that is listened on can be reached from this machine.</summary>
    public static Uri ReachableAt(IPAddress bind, int port)
    {
        var address =
            bind.Equals(IPAddress.Any) ? IPAddress.Loopback
            : bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : bind;
        return new Uri($"http://{new IPEndPoint(address, port)}");
    }

    private int PortOf(string service) => Settings.Port(Defaults[service].PortSetting, Defaults[service].Port);
}
