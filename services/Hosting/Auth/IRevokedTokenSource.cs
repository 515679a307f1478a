namespace SmartQueue.Hosting.Auth;

/// <summary>Where revoked access tokens are read: the user service, or its store where that is in this process.</summary>
public interface IRevokedTokenSource
{
    /// <summary>All that have not ended by themselves.</summary>
    Task<IReadOnlyList<RevokedToken>> ReadAsync(CancellationToken cancellationToken);
}
