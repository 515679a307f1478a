namespace SmartQueue.Notifications.Domain;

/// <summary>How far a notification has come, by the names on the wire.</summary>
internal static class DeliveryStatus
{
    public const string Pending = "pending";

    public const string Sent = "sent";

    public const string Failed = "failed";

    /// <summary>Kept and not sent: the person does not want it, or there is no way to send it.</summary>
    public const string Suppressed = "suppressed";

    public static readonly IReadOnlyList<string> All = [Pending, Sent, Failed, Suppressed];
}
