namespace SmartQueue.Notifications.Domain;

/// <summary>The ways a person is told, by their names on the wire.</summary>
internal static class Channels
{
    /// <summary>In the page, while it is open.</summary>
    public const string InApp = "inapp";

    public const string Email = "email";

    public const string Sms = "sms";

    public const string Push = "push";

    public static readonly IReadOnlyList<string> All = [Email, Sms, Push, InApp];
}
