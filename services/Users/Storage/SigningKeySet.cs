namespace SmartQueue.Users.Storage;

/// <summary>The keys that tokens are signed with.</summary>
/// <param name="Pem">Private keys, the one that signs first.</param>
/// <param name="Version">1 for the first set, and one more with each change.</param>
internal sealed record SigningKeySet(string Pem, long Version);
