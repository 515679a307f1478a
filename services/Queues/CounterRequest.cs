namespace SmartQueue.Queues;

/// <summary>A counter on the wire.</summary>
internal sealed record CounterRequest(string? Name);
