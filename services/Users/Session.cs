namespace SmartQueue.Users;

/// <summary>
/// A family of refresh tokens: what one sign-in began. Only the newest token is good; a second use of an older one means that two
/// hold it, so the family dies (RFC 9700 §4.14.2). Tokens are kept as SHA-256 hashes.
/// </summary>
internal sealed record Session(string Id, string UserId, string TokenHash, DateTimeOffset ExpiresAt);
