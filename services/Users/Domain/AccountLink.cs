namespace SmartQueue.Users.Domain;

/// <summary>A one-time link of an account; a newer one of its kind takes its place.</summary>
/// <param name="SecretHash">See <see cref="LinkToken.SecretHash"/>.</param>
/// <param name="ExpiresAt">Its end, UTC.</param>
/// <param name="ByMail">Whether it went to the account's address and nowhere else, so that anyone who comes with it holds the
/// mailbox.</param>
internal sealed record AccountLink(string SecretHash, DateTimeOffset ExpiresAt, bool ByMail)
{
    /// <summary>Whether a token opens it now.</summary>
    public bool Opens(LinkToken token, DateTimeOffset now) => token.Fits(SecretHash) && now < ExpiresAt;
}
