namespace SmartQueue.Hosting.Http;

/// <summary>The answer to a request with an <c>Idempotency-Key</c>, kept in the same write as its effect.</summary>
/// <param name="KeyHash">Identifies caller and key; unique in a store.</param>
/// <param name="RequestHash">Identifies the request; another one under the same key is refused.</param>
/// <param name="Sealed">The answer, encrypted under the key itself: anyone who reads the store reads no token. Empty once it is erased with
/// the personal data that stood in it: a repeat still does nothing twice.</param>
/// <param name="CreatedAt">When, UTC. Kept for <see cref="Idempotency.KeptFor"/> at least.</param>
public sealed record StoredResponse(string KeyHash, string RequestHash, byte[] Sealed, DateTimeOffset CreatedAt);
