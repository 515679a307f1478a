namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How good the waits were that people were told on joining. Seconds.</summary>
/// <param name="Count">How many waited and were called.</param>
/// <param name="MeanAbsoluteError">By how much the wait differed from what was told, mean.</param>
/// <param name="Bias">What was told less the wait, mean: below zero people waited longer than told.</param>
/// <param name="Coverage">Share, from 0 to 1, whose wait lay within the range told; it should be near 0.8.</param>
internal sealed record EstimateFigures(int Count, double? MeanAbsoluteError, double? Bias, double? Coverage);
