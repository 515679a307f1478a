namespace SmartQueue.Estimates;

/// <summary>
/// Keeps promises true on average: watches what came of them and moves the levels at which the next ones are read from the distribution.
/// The ends of the range follow adaptive conformal inference (Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift",
/// 2021), once over all and once per hour of the day, each end by itself. The middle is the lowest level whose promises are not too short
/// in sum: among all predictions with the same bias, a quantile has the least absolute error, since it minimises the pinball loss.
/// </summary>
internal sealed class Calibration
{
    private const double Tail = 0.1;
    private const double StepOverAll = 0.002;
    private const double StepPerHour = 0.015;
    private const double Memory = 1 - 1 / 1000.0;
    private const double Weight = 200;
    private const double FirstMiddle = 0.6;
    private const double LowestMiddle = 0.5;
    private const double MiddleStep = 0.02;

    private readonly double[] promised = new double[14];
    private readonly double[] low = new double[25];
    private readonly double[] high = new double[25];
    private double waited;
    private double seen;

    /// <summary>The levels to promise at an hour of the day.</summary>
    public (double Low, double Middle, double High) Levels(int hour) =>
        (Math.Clamp(Tail + low[24] + low[hour], -0.1, 0.4), Middle(), 1 - Math.Clamp(Tail + high[24] + high[hour], -0.1, 0.35));

    /// <summary>Learns from a promise.</summary>
    /// <param name="hour">The hour it was made.</param>
    /// <param name="spread">What it was read from.</param>
    /// <param name="promise">What was promised.</param>
    /// <param name="wait">What came of it.</param>
    public void Learn(int hour, WaitDistribution spread, Promise promise, double wait)
    {
        Step(low, hour, wait < promise.Low);
        Step(high, hour, wait > promise.High);
        seen = seen * Memory + 1;
        waited = waited * Memory + wait;
        for (var i = 0; i < promised.Length; i++)
            promised[i] = promised[i] * Memory + spread.Quantile(LowestMiddle + i * MiddleStep);
    }

    private static void Step(double[] offsets, int hour, bool missed)
    {
        var error = missed ? Tail - 1 : Tail;
        offsets[24] += StepOverAll * error;
        offsets[hour] += StepPerHour * error;
    }

    private double Middle()
    {
        var sum = waited;
        var i = 0;
        while (i < promised.Length - 1 && promised[i] < sum)
            i++;
        var level = LowestMiddle + i * MiddleStep;
        if (i > 0 && promised[i] > promised[i - 1])
            level -= MiddleStep * Math.Clamp((promised[i] - sum) / (promised[i] - promised[i - 1]), 0, 1);
        return (FirstMiddle * Weight + level * seen) / (Weight + seen);
    }
}
