namespace SmartQueue.Notifications.Domain;

/// <summary>How far a notification has come, by the names on the wire.</summary>
internal static class DeliveryStatus
{
    /// <summary>To be sent.</summary>
    public const string Pending = "pending";

    /// <summary>Handed over.</summary>
    public const string Sent = "sent";

    /// <summary>Given up.</summary>
    public const string Failed = "failed";

    /// <summary>Kept and not sent: the person does not want it, or there is no way to send it.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Pending, Sent, Failed, Suppressed];
}
