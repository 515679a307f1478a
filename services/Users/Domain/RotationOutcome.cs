namespace SmartQueue.Users.Domain;

/// <summary>What became of a refresh token that was used.</summary>
/// <param name="SessionId">The family, if the token is known.</param>
/// <param name="UserId">Its account.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Salt">What the next token is derived with; <c>null</c> where there is none.</param>
/// <param name="Reused">Whether the token was dead already, so that its family has been revoked.</param>
internal sealed record RotationOutcome(string? SessionId, string? UserId, int Epoch, byte[]? Salt, bool Reused)
{
    /// <summary>There is no such token, or it has expired.</summary>
    public static readonly RotationOutcome Unknown = new(null, null, 0, null, Reused: false);
}
