using SmartQueue.Contracts;

namespace SmartQueue.Queues.Domain;

/// <summary>A queue after a change, and the event that tells of it: kept in one write.</summary>
internal sealed record QueueChange(Queue Next, IEvent Event);
