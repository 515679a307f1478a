namespace SmartQueue.Notifications.Domain;

/// <summary>Why a notification is kept and not sent, in the words it is kept with.</summary>
internal static class Suppression
{
    /// <summary>Its person wants none.</summary>
    public const string SwitchedOff = "The person has switched this channel off.";

    /// <summary>It is no news any more.</summary>
    public const string TooLate = "It was heard of too late to be of use.";

    /// <summary>It tells of a time that the appointment no longer has.</summary>
    public const string Overtaken = "The appointment has changed since.";

    /// <summary>Its address has got enough.</summary>
    public const string TooMany = "Too many messages for this address within a minute.";

    /// <summary>No browser is subscribed, or all are gone.</summary>
    public const string Nowhere = "No browser takes push messages for it.";

    private const string NoMailServer = "No mail server is set (SMTP_URL).";
    private const string NoTextMessages = "No provider of text messages is set (SMS_WEBHOOK_URL).";
    private const string NoPush = "Web Push is not set up (VAPID_SUBJECT).";

    /// <summary>The reason where a channel has no provider.</summary>
    public static string NoProvider(string channel) =>
        channel switch
        {
            Channels.Email => NoMailServer,
            Channels.Sms => NoTextMessages,
            _ => NoPush,
        };

    /// <summary>A reason by the name it has in the metrics.</summary>
    public static string LabelOf(string? reason) =>
        reason switch
        {
            SwitchedOff => "switched_off",
            TooLate => "too_late",
            Overtaken => "overtaken",
            TooMany => "too_many",
            Nowhere => "nowhere",
            NoMailServer or NoTextMessages or NoPush => "no_provider",
            _ => "other",
        };
}
