namespace SmartQueue.Queues.Http;

/// <summary>A counter on the wire.</summary>
internal sealed record CounterRequest(string? Name);
