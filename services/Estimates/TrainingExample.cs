namespace SmartQueue.Estimates;

/// <summary>What was known when a promise was made, and the wait that came of it.</summary>
internal sealed record TrainingExample(float[] Features, double Wait);
