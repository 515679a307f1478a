namespace SmartQueue.Queues.Http;

/// <summary>A counter on the wire.</summary>
/// <param name="Name">Its name; where there is no counter of it, one is made.</param>
/// <param name="Id">As it was read, if it was: then its name is the one that it has.</param>
internal sealed record CounterRequest(string? Name, string? Id = null);
