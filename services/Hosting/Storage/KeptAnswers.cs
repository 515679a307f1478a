namespace SmartQueue.Hosting.Storage;

/// <summary>The answers that a service keeps under idempotency keys.</summary>
/// <param name="Service">The service.</param>
/// <param name="DropAsync">Drops what was kept before a time, UTC.</param>
internal sealed record KeptAnswers(string Service, Func<DateTimeOffset, CancellationToken, Task> DropAsync);
