namespace SmartQueue.Notifications.Domain;

/// <summary>What a person reads, or the pattern of it.</summary>
/// <param name="Subject">The heading.</param>
/// <param name="Message">The text.</param>
internal sealed record MessageText(string Subject, string Message)
{
    /// <summary>The language it is written in; <c>null</c> where nobody said.</summary>
    public string? Language { get; init; }
}
