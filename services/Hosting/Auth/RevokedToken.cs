namespace SmartQueue.Hosting.Auth;

/// <summary>The access tokens of an account from before an epoch.</summary>
/// <param name="Subject">The account, as <see cref="RevokedTokens.SubjectOf"/> names it.</param>
/// <param name="Epoch">Tokens of a lower epoch no longer hold.</param>
/// <param name="Until">When the last of them has ended by itself, UTC.</param>
public sealed record RevokedToken(string Subject, int Epoch, DateTimeOffset Until);
