namespace SmartQueue.Hosting.Storage;

/// <summary>What must hold of the storage of this process as a whole before it is used.</summary>
internal interface IStorageCondition
{
    /// <summary>Comes back when it holds. One whose server is away throws what <see cref="StorageFaults.IsAway(Exception)"/> knows, and is asked
    /// again.</summary>
    /// <exception cref="Settings.StartupException">It does not hold, and somebody must mend that.</exception>
    Task RequireAsync(CancellationToken cancellationToken);

    /// <summary>What should be otherwise, in a sentence, though the storage can be used; <c>null</c> for nothing.</summary>
    string? Concern { get; }
}
