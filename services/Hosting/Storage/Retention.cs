namespace SmartQueue.Hosting.Storage;

/// <summary>What a service keeps for a while and then no longer.</summary>
/// <param name="Service">The service.</param>
/// <param name="What">What it is, as the log names it.</param>
/// <param name="Period">How long it is kept: at least, and not an hour longer while the process runs.</param>
/// <param name="EndAsync">Ends it for all that is from before a time, UTC. It is called again and again, by several processes too.</param>
public sealed record Retention(string Service, string What, TimeSpan Period, Func<DateTimeOffset, CancellationToken, Task> EndAsync);
