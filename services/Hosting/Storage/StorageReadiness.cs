namespace SmartQueue.Hosting.Storage;

/// <summary>Tells background work when every storage of the process is prepared.</summary>
public sealed class StorageReadiness
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether every storage is prepared; also <c>false</c> once preparing has failed.</summary>
    public bool IsReady => ready.Task.IsCompletedSuccessfully;

    /// <summary>Completes when they are.</summary>
    /// <exception cref="Settings.StartupException">One of them answers at last and cannot be used.</exception>
    public Task ReadyAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(cancellationToken);

    internal void Done() => ready.TrySetResult();

    internal void Fail(Exception exception) => ready.TrySetException(exception);
}
