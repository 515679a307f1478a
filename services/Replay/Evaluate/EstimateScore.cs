namespace SmartQueue.Replay.Evaluate;

/// <summary>How good some promises were. Durations are seconds.</summary>
/// <param name="Method">Whose promises.</param>
/// <param name="Queue">Of which queue; <c>null</c> for all.</param>
/// <param name="Stage"><c>joining</c>, <c>halfway</c>, or <c>both</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="MeanWait">The mean wait they were about.</param>
/// <param name="MeanAbsoluteError">The mean absolute error.</param>
/// <param name="MedianError">The median of promise − wait.</param>
/// <param name="Bias">The mean of promise − wait.</param>
/// <param name="BiasShare">The bias as a share of the mean wait.</param>
/// <param name="Within">The share that was within ±20 % or ±30 s.</param>
/// <param name="Coverage">The share of waits within the range.</param>
/// <param name="Width">The mean width of the range.</param>
internal sealed record EstimateScore(
    string Method,
    string? Queue,
    string Stage,
    int Count,
    double MeanWait,
    double MeanAbsoluteError,
    double MedianError,
    double Bias,
    double BiasShare,
    double Within,
    double Coverage,
    double Width
);
