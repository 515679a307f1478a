using SmartQueue.Contracts;

namespace SmartQueue.Tickets.Domain;

/// <summary>The copy of a queue's definition this service works by, so that the line goes on while the queue service is away.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Version">The version of the definition, or of its deletion.</param>
/// <param name="Definition">The definition; <c>null</c> once the queue is deleted.</param>
internal sealed record QueuePolicy(string QueueId, long Version, QueueDefinition? Definition);
