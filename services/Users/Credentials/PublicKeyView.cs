namespace SmartQueue.Users.Credentials;

/// <summary>A public key as RFC 7517 and RFC 7518 §6.2 write it.</summary>
internal sealed record PublicKeyView(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y);
