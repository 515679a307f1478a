namespace SmartQueue.Notifications.Http;

/// <summary>What somebody would read.</summary>
/// <param name="Subject">The heading.</param>
/// <param name="Message">The text.</param>
internal sealed record TextPreview(string Subject, string Message);
