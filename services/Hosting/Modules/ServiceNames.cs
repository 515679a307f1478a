namespace SmartQueue.Hosting.Modules;

/// <summary>The names of the services, as <c>--services</c> takes them.</summary>
public static class ServiceNames
{
    /// <summary>The edge: REST, push, pages.</summary>
    public const string Gateway = "gateway";

    /// <summary>Queue definitions and live status.</summary>
    public const string Queues = "queues";

    /// <summary>Tickets, the order they are called in, and the counters that call them.</summary>
    public const string Tickets = "tickets";

    /// <summary>Accounts, sessions and the tokens that prove them.</summary>
    public const string Users = "users";

    /// <summary>How the day went.</summary>
    public const string Analytics = "analytics";

    /// <summary>What people are told.</summary>
    public const string Notifications = "notifications";

    /// <summary>Times that are booked.</summary>
    public const string Appointments = "appointments";
}
