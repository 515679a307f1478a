namespace SmartQueue.Users;

/// <summary>What became of a refresh token that was used.</summary>
/// <param name="UserId">The account, if the token is known.</param>
/// <param name="Epoch">The epoch of its session.</param>
/// <param name="Reused">Whether it was dead already, so that its family has been revoked.</param>
internal sealed record RotationOutcome(string? UserId, int Epoch, bool Reused)
{
    /// <summary>There is no such token, or it has expired.</summary>
    public static readonly RotationOutcome Unknown = new(null, 0, Reused: false);
}
