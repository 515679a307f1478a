namespace SmartQueue.Tickets.Http;

/// <summary>What someone who joins one of several queues now should expect.</summary>
internal sealed record QueueEta(string QueueId, EtaView Eta);
