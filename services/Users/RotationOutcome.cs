namespace SmartQueue.Users;

/// <summary>What became of a refresh token that was used.</summary>
/// <param name="UserId">The account, if the token was good and has been replaced.</param>
/// <param name="Reused">Whether it was dead already, so that its family has been revoked.</param>
internal sealed record RotationOutcome(string? UserId, bool Reused);
