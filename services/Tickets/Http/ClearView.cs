namespace SmartQueue.Tickets.Http;

/// <summary>What came of clearing a queue.</summary>
/// <param name="Cancelled">How many tickets are cancelled.</param>
internal sealed record ClearView(int Cancelled);
