namespace SmartQueue.Contracts;

/// <summary>What someone who joins a line now is told beside the wait itself.</summary>
/// <param name="Low">The lower end of the range that should hold four times in five, in seconds.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Confidence"><c>low</c>, <c>medium</c> or <c>high</c>, by how much there was to learn from.</param>
/// <param name="Ahead">How many come first.</param>
/// <param name="Basis">What it was made of, in words.</param>
public sealed record NewcomerPromise(int Low, int High, string Confidence, int Ahead, string Basis);
