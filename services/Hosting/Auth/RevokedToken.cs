namespace SmartQueue.Hosting.Auth;

/// <summary>Access tokens that no longer hold: those of an account from before an epoch, or all of a session.</summary>
/// <param name="Subject">The account or the session, as <see cref="RevokedTokens.SubjectOf"/> names it.</param>
/// <param name="Epoch">Tokens of a lower epoch no longer hold.</param>
/// <param name="Until">When the last of them has ended by itself, UTC.</param>
public sealed record RevokedToken(string Subject, int Epoch, DateTimeOffset Until)
{
    /// <summary>Those of a session, whatever their epoch.</summary>
    public static RevokedToken OfSession(string sessionId, DateTimeOffset until) =>
        new(RevokedTokens.SubjectOf(sessionId), int.MaxValue, until);
}
