namespace SmartQueue.Notifications.Domain;

/// <summary>The ways a person is told, by their names on the wire.</summary>
internal static class Channels
{
    /// <summary>In the page, while it is open.</summary>
    public const string InApp = "inapp";

    /// <summary>Email.</summary>
    public const string Email = "email";

    /// <summary>Text message.</summary>
    public const string Sms = "sms";

    /// <summary>Web Push.</summary>
    public const string Push = "push";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Email, Sms, Push, InApp];
}
