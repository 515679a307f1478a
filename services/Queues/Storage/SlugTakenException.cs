namespace SmartQueue.Queues.Storage;

/// <summary>Another branch has the slug.</summary>
internal sealed class SlugTakenException : Exception;
