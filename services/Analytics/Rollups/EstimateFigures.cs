namespace SmartQueue.Analytics.Rollups;

/// <summary>How good the waits were that people were told on joining, of those called who waited a second or more and kept their place.
/// Seconds.</summary>
/// <param name="Count">How many they were.</param>
/// <param name="MeanAbsoluteError">By how much the wait differed from what was told, mean; <c>null</c> without any.</param>
/// <param name="Bias">What was told less the wait, mean: below zero people waited longer than told; <c>null</c> without any.</param>
/// <param name="Coverage">Share, from 0 to 1, whose wait lay within the range told. It should be near 0.8; <c>null</c> without any.</param>
internal sealed record EstimateFigures(int Count, double? MeanAbsoluteError, double? Bias, double? Coverage)
{
    /// <summary>The figures where nobody was promised a wait: a count of 0, and no means.</summary>
    public static readonly EstimateFigures Empty = new(0, null, null, null);
}
