namespace SmartQueue.Hosting.Http;

/// <summary>A store refused a write, whole, because another request under the same key was first.</summary>
public sealed class DuplicateIdempotencyKeyException : Exception;
