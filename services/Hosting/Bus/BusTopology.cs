namespace SmartQueue.Hosting.Bus;

/// <summary>
/// Tells the relays when publishing is safe: an event published before its consumers' queues exist would be dropped by the broker,
/// so every process declares the queues of all services, hosted here or not, before it publishes its first event.
/// </summary>
public sealed class BusTopology
{
    private readonly TaskCompletionSource declared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal BusTopology(bool survivesProcess) => SurvivesProcess = survivesProcess;

    /// <summary>Whether messages outlive this process once accepted: true of a broker, not of the in-process bus.</summary>
    public bool SurvivesProcess { get; }

    /// <summary>Completes when all queues exist.</summary>
    public Task DeclaredAsync(CancellationToken cancellationToken) => declared.Task.WaitAsync(cancellationToken);

    internal void Declared() => declared.TrySetResult();
}
