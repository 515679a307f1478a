namespace SmartQueue.Notifications.Http;

/// <summary>A text as an admin writes it.</summary>
/// <param name="Subject">The heading, at most 200 characters.</param>
/// <param name="Message">The text, at most 2000 characters. What stands in braces is filled in: <c>{number}</c>.</param>
internal sealed record TextBody(string? Subject, string? Message);
