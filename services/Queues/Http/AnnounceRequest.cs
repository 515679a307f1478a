namespace SmartQueue.Queues.Http;

/// <summary>What staff want to say.</summary>
internal sealed record AnnounceRequest(string? Message);
