using SmartQueue.Estimates;

namespace SmartQueue.Tickets;

/// <summary>How long a wait to expect, in seconds, rounded so that it does not promise more than anyone can know.</summary>
/// <param name="EstimatedWaitTime">The middle.</param>
/// <param name="Low">The lower end of the range that should hold four times in five.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Confidence"><c>low</c>, <c>medium</c> or <c>high</c>, by how much live data there is.</param>
/// <param name="Basis">What it was made of, in words.</param>
internal sealed record WaitEstimate(int EstimatedWaitTime, int Low, int High, string Confidence, string Basis)
{
    private const int PriorWeight = 5;
    private const double EightyPercent = 1.28;

    /// <summary>What was learned from the line.</summary>
    public static WaitEstimate Of(Promise promise) => new(promise.Middle, promise.Low, promise.High, promise.Confidence, promise.Basis);

    /// <summary>
    /// For a line there is too little to learn from. The queue-length predictor: services still to begin × mean service ÷ open counters (Ibrahim and Whitt 2009), with the definition's
    /// value as a prior worth a few observations and a normal range on the sum of that many services.
    /// </summary>
    /// <param name="ahead">Waiting tickets before this one.</param>
    /// <param name="prior">The definition's mean service time, seconds.</param>
    /// <param name="activity">What the line has been doing.</param>
    public static WaitEstimate Of(int ahead, int prior, LineActivity activity)
    {
        var times = activity.RecentServiceTimes.Select(t => t.TotalSeconds).ToList();
        var mean = (prior * (double)PriorWeight + times.Sum()) / (PriorWeight + times.Count);
        var deviation = times.Count < PriorWeight ? mean : Math.Sqrt(times.Average(t => (t - mean) * (t - mean)));
        var counters = Math.Max(1, activity.OpenCounters);
        var toBegin = Math.Max(0, ahead + 1 - Math.Max(0, counters - activity.BusyCounters));
        var middle = toBegin * mean / counters;
        var spread = EightyPercent * deviation * Math.Sqrt(toBegin) / counters;
        return new WaitEstimate(
            Rounding.Nearest(middle),
            Rounding.Down(Math.Max(0, middle - spread)),
            Rounding.Up(middle + spread),
            times.Count >= 30 ? "high" : times.Count >= 10 ? "medium" : "low",
            times.Count == 0
                ? $"{ahead} ahead, the usual service time, {Counters(counters)}"
                : $"{ahead} ahead, the last {times.Count} service times, {Counters(counters)}");
    }

    private static string Counters(int count) => count == 1 ? "1 counter" : $"{count} counters";
}
