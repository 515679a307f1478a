namespace SmartQueue.Replay.Evaluate;

/// <summary>A guess in seconds, with the range that should hold four times in five.</summary>
internal readonly record struct GuessedWait(double Middle, double Low, double High);
