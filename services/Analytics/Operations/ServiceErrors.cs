namespace SmartQueue.Analytics.Operations;

/// <summary>What went wrong in a service.</summary>
/// <param name="Publish">Attempts to publish an event that failed.</param>
/// <param name="Handle">Attempts to handle an event that failed.</param>
/// <param name="SetAside">Messages in its error queues now.</param>
internal sealed record ServiceErrors(long Publish, long Handle, long SetAside);
