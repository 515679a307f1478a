namespace SmartQueue.Estimates;

/// <summary>A distribution of waits, kept as its quantiles at even levels of the logarithm of the wait.</summary>
internal sealed class WaitDistribution(double[] logs)
{
    /// <summary>How many levels are kept: 1/40, 2/40, … 39/40.</summary>
    public const int Levels = 39;

    // Waits of a few seconds differ little for people; without this the logarithm would make much of them.
    private const double Offset = 5;
    private const double Breadth = 0.4;

    // How far each level of a wide distribution lies from its middle. The logistic curve is near enough to the normal one, and has a closed
    // form.
    private static readonly double[] FromMiddle =
    [
        .. Enumerable.Range(0, Levels).Select(i => (i + 1.0) / (Levels + 1)).Select(level => Breadth * Math.Log(level / (1 - level))),
    ];

    /// <summary>The logarithm of a wait.</summary>
    public static double Log(double seconds) => Math.Log(seconds + Offset);

    /// <summary>The wait that is not exceeded as often as <paramref name="level"/> says. Beyond the kept levels the last step goes
    /// on.</summary>
    public double Quantile(double level)
    {
        var place = level * (Levels + 1) - 1;
        var below = Math.Clamp((int)Math.Floor(place), 0, Levels - 2);
        var log = logs[below] + (place - below) * (logs[below + 1] - logs[below]);
        return Math.Max(0, Math.Exp(log) - Offset);
    }

    /// <summary>A wide distribution about a middle, for want of anything learned.</summary>
    public static WaitDistribution Wide(double middle)
    {
        var logs = new double[Levels];
        var log = Log(middle);
        for (var i = 0; i < Levels; i++)
            logs[i] = log + FromMiddle[i];
        return new WaitDistribution(logs);
    }

    /// <summary>The kept quantiles of some values; the values are sorted on the way.</summary>
    public static float[] Of(float[] values)
    {
        Array.Sort(values);
        var quantiles = new float[Levels];
        for (var i = 0; i < Levels; i++)
        {
            var place = Math.Clamp((i + 1.0) / (Levels + 1) * values.Length - 0.5, 0, values.Length - 1);
            var below = (int)place;
            var above = Math.Min(below + 1, values.Length - 1);
            quantiles[i] = values[below] + (float)(place - below) * (values[above] - values[below]);
        }

        return quantiles;
    }
}
