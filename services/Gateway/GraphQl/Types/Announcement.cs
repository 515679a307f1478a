namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What staff say to everyone in a queue.</summary>
internal sealed record Announcement(string Message, DateTimeOffset At);
