namespace SmartQueue.Notifications.Domain;

/// <summary>How an account wants to be told.</summary>
internal sealed record Preferences
{
    /// <summary>Of an account that never said.</summary>
    public static readonly Preferences Default = new()
    {
        Inapp = true,
        Email = true,
        Sms = true,
        Push = true,
    };

    public required bool Inapp { get; init; }

    public required bool Email { get; init; }

    public required bool Sms { get; init; }

    public required bool Push { get; init; }

    /// <summary>BCP 47 tag of the language, where a ticket names none; <c>null</c> for English.</summary>
    public string? Language { get; init; }
}
