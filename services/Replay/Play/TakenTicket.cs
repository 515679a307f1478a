namespace SmartQueue.Replay.Play;

/// <summary>A guest's ticket.</summary>
internal sealed record TakenTicket(string Id, string TrackingToken);
