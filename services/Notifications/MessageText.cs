namespace SmartQueue.Notifications;

/// <summary>What a person reads, or the pattern of it.</summary>
/// <param name="Subject">The heading.</param>
/// <param name="Message">The text.</param>
internal sealed record MessageText(string Subject, string Message);
