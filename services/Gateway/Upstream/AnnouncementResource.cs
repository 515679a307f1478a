namespace SmartQueue.Gateway.Upstream;

/// <summary>An announcement that still stands.</summary>
internal sealed record AnnouncementResource(string Message, DateTimeOffset At);
