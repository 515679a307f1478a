namespace SmartQueue.Users.Domain;

/// <summary>
/// A family of refresh tokens: what one sign-in began. Only the newest token is good; a second use of an older one means that two
/// hold it, so the family dies (RFC 9700 §4.14.2). Tokens are kept as SHA-256 hashes.
/// </summary>
/// <param name="Id">The family; the <c>sid</c> of its access tokens.</param>
/// <param name="UserId">The account.</param>
/// <param name="Epoch">The account's <see cref="Account.SessionEpoch"/> when it signed in.</param>
/// <param name="TokenHash">The newest token.</param>
/// <param name="ExpiresAt">When that ends, UTC.</param>
internal sealed record Session(string Id, string UserId, int Epoch, string TokenHash, DateTimeOffset ExpiresAt)
{
    /// <summary>The sign-in, UTC. The family ends for good some time after it, however often it is renewed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was renewed last, UTC; the sign-in at first.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>The program it was begun with, such as <c>Firefox</c>; <c>null</c> for one that is not known.</summary>
    public string? Browser { get; init; }

    /// <summary>What that ran on, such as <c>Windows</c>.</summary>
    public string? System { get; init; }
}
