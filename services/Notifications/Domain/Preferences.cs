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

    /// <summary>In the page.</summary>
    public required bool Inapp { get; init; }

    /// <summary>By email.</summary>
    public required bool Email { get; init; }

    /// <summary>By text message.</summary>
    public required bool Sms { get; init; }

    /// <summary>By Web Push.</summary>
    public required bool Push { get; init; }

    /// <summary>BCP 47 tag of the language, where a ticket names none; <c>null</c> for English.</summary>
    public string? Language { get; init; }
}
