namespace SmartQueue.Replay.Play;

internal sealed record TakenTicket(string Id, string TrackingToken);
