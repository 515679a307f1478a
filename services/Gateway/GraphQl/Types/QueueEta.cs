namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What someone who joins one of several queues now should expect.</summary>
internal sealed record QueueEta(string QueueId, Eta Eta);
