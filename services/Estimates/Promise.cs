namespace SmartQueue.Estimates;

/// <summary>How long a wait to expect, in seconds, rounded as <see cref="Rounding"/> says: never negative, never to the second.</summary>
/// <param name="Middle">What to tell people. See <see cref="LineModel"/> for which middle it is.</param>
/// <param name="Low">The lower end of the range that should hold four times in five.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Ahead">How many come first.</param>
/// <param name="Confidence"><c>low</c>, <c>medium</c> or <c>high</c>, by how much there was to learn from.</param>
/// <param name="Basis">What it was made of, in words.</param>
public sealed record Promise(int Middle, int Low, int High, int Ahead, string Confidence, string Basis);
