namespace SmartQueue.Hosting.Storage;

/// <summary>A store that makes what it needs at start: tables or indexes. Doing it again changes nothing.</summary>
public interface IStore
{
    /// <summary>Makes what is missing.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);
}
