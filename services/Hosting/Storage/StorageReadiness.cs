namespace SmartQueue.Hosting.Storage;

/// <summary>Tells background work when every store of the process is prepared.</summary>
public sealed class StorageReadiness
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether they are.</summary>
    public bool IsReady => ready.Task.IsCompletedSuccessfully;

    /// <summary>Completes when they are.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(cancellationToken);

    internal void Done() => ready.TrySetResult();
}
