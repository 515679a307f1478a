using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Storage;

/// <summary>The copy of a queue's definition this service works by.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Version">The version of the definition, or of its deletion.</param>
/// <param name="Definition">The definition; <c>null</c> once the queue is deleted.</param>
internal sealed record QueueCopy(string QueueId, long Version, QueueDefinition? Definition);
