namespace SmartQueue.Contracts;

/// <summary>A place where customers are served.</summary>
/// <param name="Name">What the screen shows, such as <c>3</c>.</param>
public sealed record QueueCounter(string Name);
