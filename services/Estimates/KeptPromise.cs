namespace SmartQueue.Estimates;

/// <summary>What was promised and what came of it.</summary>
/// <param name="Stage">When it was promised.</param>
/// <param name="Promise">The promise.</param>
/// <param name="Wait">The wait from then on.</param>
public sealed record KeptPromise(PromiseStage Stage, Promise Promise, TimeSpan Wait);
