namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>The wait to expect for someone who joins a queue now, in seconds.</summary>
/// <param name="EstimatedWaitTime">The wait to tell them; null, and so is the range, while the queue is closed.</param>
/// <param name="Low">The lower end of the range that should hold four times in five.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Confidence"><c>low</c>, <c>medium</c> or <c>high</c>, by how much there was to learn from.</param>
/// <param name="Ahead">How many come first.</param>
/// <param name="Basis">What it was made of, in words.</param>
internal sealed record Eta(int? EstimatedWaitTime, int? Low, int? High, string Confidence, int Ahead, string Basis);
