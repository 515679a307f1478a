namespace SmartQueue.Estimates;

/// <summary>What is known of a place in line at a moment, as numbers.</summary>
internal static class LineFeatures
{
    /// <summary>Where the number of those ahead stands.</summary>
    public const int Ahead = 1;

    /// <summary>How many there are where no counter is told of.</summary>
    public const int Untold = 55;

    private const double Never = 600;

    /// <summary>The features, in an order that never changes within a process: a fit knows them by their place.</summary>
    /// <param name="line">The line.</param>
    /// <param name="now">Its counters, as the one who waits sees them.</param>
    /// <param name="waiter">Whose wait.</param>
    /// <param name="ahead">How many come first.</param>
    /// <param name="at">Now.</param>
    public static float[] Of(LineModel line, CountersNow now, Waiter waiter, int ahead, DateTimeOffset at)
    {
        var kind = waiter.KindNumber;
        var (calls, waits) = (line.Calls, line.Waits);
        var places = ahead + 1;
        var aheadOfKind = line.AheadOfKind(waiter);
        var inLine = ahead > 0 && line.Waiting > 0;
        var (kindWait, kindGap, latestOfFirst) = OfKind(waits, kind, at);
        var (recentWait, atOnce) = Recent(waits, at);
        double SinceCall(int count) => calls.Count >= count ? (at - calls[count - 1]).TotalSeconds / count : Never;
        float[] untold =
        [
            // How long, by what is still to be served and by the pace of calls of late. The second is read by its place: see Ahead.
            Log(places * line.MeanService / Math.Max(1, now.Busy)),
            ahead,
            aheadOfKind,
            now.Busy,
            Log(places * SinceCall(8)),
            Log(places * SinceCall(3)),
            Log(SinceCall(1)),
            // How long others waited or wait: those called last, the first in line, the one right ahead, those of this hour on other days.
            Log(Mean(waits, 1)),
            Log(Mean(waits, 3)),
            Log(Mean(waits, 5)),
            inLine ? Log((at - line.Head().Since).TotalSeconds) : 0,
            inLine ? Log((at - line.Before(ahead).Since).TotalSeconds) : 0,
            Log(UsualAt(line, at.Hour)),
            // When, and who.
            (float)at.TimeOfDay.TotalHours,
            (float)at.DayOfWeek,
            kind,
            waiter.Priority,
            // Counters that may serve this kind, and what will be free soon.
            (float)now.Able,
            (float)now.AbleBusy,
            (float)now.Soon,
            (float)(now.AbleSoon / places),
            (float)now.VerySoon,
            (float)(now.Later / places),
            // The same line by kind.
            Log(kindWait),
            Log(kindGap * (aheadOfKind + 1)),
            Log(latestOfFirst),
            Log(recentWait),
            atOnce,
            // What came, left and was called in the last minutes.
            Since(line.Arrivals, at.AddSeconds(-300)),
            Since(line.Leavings, at.AddSeconds(-600)),
            Since(calls, at.AddSeconds(-120)),
            Since(calls, at.AddSeconds(-600)),
            // Counters at work by how lately they did something.
            now.Active,
            now.Lately,
            now.Free,
            now.JustBegun,
            Log(line.MeanService),
            // How long, by the counters that may serve this kind, and by the pace of each.
            Log(places * line.MeanService / Math.Max(0.5, now.Able)),
            Log(places / Math.Max(now.Rate, 1e-4)),
            Log((aheadOfKind + 1) / Math.Max(now.KindRate, 1e-4)),
            (float)(now.KindRate * 100),
            ahead - aheadOfKind,
            MathF.Log(places),
            Log((at - waiter.Since).TotalSeconds),
            // Counters between two services, or away.
            now.JustEnded,
            now.Resting,
            (float)now.AbleResting,
            (float)now.AbleEnded,
            (float)(now.AbleEnded / places),
            (float)((now.Resting + now.VerySoon) / places),
            line.Waiting - ahead,
            (float)now.Back,
            (float)now.AbleBack,
            (float)now.AbleBackLater,
            (float)((now.AbleSoon + now.AbleBackLater) / places),
        ];
        if (!line.Told)
            return untold;
        var play = LinePlay.Of(line, ahead, at);
        return [.. untold, Log(play.Mean), Log(play.Middle), Log(play.High) - Log(play.Low), now.Open, now.FreeToCall];
    }

    /// <summary>The logarithm of the wait as played forward, which a fit goes out from; 0 where no counter is told of.</summary>
    public static float PlayedLog(ReadOnlySpan<float> features) => features.Length > Untold ? features[Untold] : 0;

    private static double UsualAt(LineModel line, int hour)
    {
        if (line.HourCounts[hour] > 5)
            return line.HourSums[hour] / line.HourCounts[hour];
        return line.HourCounts[24] > 0 ? line.HourSums[24] / line.HourCounts[24] : 60;
    }

    private static float Log(double seconds) => (float)WaitDistribution.Log(Math.Max(0, seconds));

    // How many of the newest are later than a moment.
    private static int Since(Ring<DateTimeOffset> times, DateTimeOffset moment)
    {
        var count = 0;
        while (count < times.Count && times[count] > moment)
            count++;
        return count;
    }

    private static double Mean(Ring<(double Wait, int Kind, DateTimeOffset At)> waits, int count)
    {
        count = Math.Min(count, waits.Count);
        double sum = 0;
        for (var i = 0; i < count; i++)
            sum += waits[i].Wait;
        return count == 0 ? 0 : sum / count;
    }

    // Of the kind: the mean of its last three waits, and the mean time between its last four calls. Of the first kind: its last wait.
    private static (double Wait, double Gap, double First) OfKind(
        Ring<(double Wait, int Kind, DateTimeOffset At)> waits,
        int kind,
        DateTimeOffset at
    )
    {
        double sum = 0,
            gap = Never;
        double? first = null;
        var found = 0;
        for (var i = 0; i < waits.Count && (found < 4 || first is null); i++)
        {
            if (waits[i].Kind == 0)
                first ??= waits[i].Wait;
            if (waits[i].Kind != kind || found == 4)
                continue;
            if (found < 3)
                sum += waits[i].Wait;
            gap = (at - waits[i].At).TotalSeconds / ++found;
        }

        return (found == 0 ? 0 : sum / Math.Min(found, 3), gap, first ?? 0);
    }

    // The mean wait of those called in the last ten minutes, and how many of the last twenty found a counter free.
    private static (double Wait, int AtOnce) Recent(Ring<(double Wait, int Kind, DateTimeOffset At)> waits, DateTimeOffset at)
    {
        double sum = 0;
        var (count, atOnce) = (0, 0);
        for (var i = 0; i < waits.Count; i++)
        {
            var recent = waits[i].At > at.AddMinutes(-10);
            if (!recent && i >= 20)
                break;
            if (recent)
            {
                sum += waits[i].Wait;
                count++;
            }

            if (i < 20 && waits[i].Wait < 1)
                atOnce++;
        }

        return (count == 0 ? 0 : sum / count, atOnce);
    }
}
