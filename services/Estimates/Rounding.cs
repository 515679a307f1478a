namespace SmartQueue.Estimates;

/// <summary>Rounds what people are told: to 5 seconds up to two minutes, 15 up to ten, and whole minutes beyond.</summary>
public static class Rounding
{
    private const double Longest = 7 * 24 * 3600;

    /// <summary>To the nearest step.</summary>
    public static int Nearest(double seconds) => To(seconds, Math.Round);

    /// <summary>To the step below, for the lower end of a range.</summary>
    public static int Down(double seconds) => To(seconds, Math.Floor);

    /// <summary>To the step above, for its upper end.</summary>
    public static int Up(double seconds) => To(seconds, Math.Ceiling);

    private static int To(double seconds, Func<double, double> round)
    {
        // A wait beyond a week, or one that cannot be told, is told as a week: there is no honest figure.
        if (!(seconds < Longest))
            return (int)Longest;
        var step =
            seconds <= 120 ? 5
            : seconds <= 600 ? 15
            : 60;
        return (int)Math.Max(0, round(seconds / step) * step);
    }
}
