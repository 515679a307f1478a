namespace SmartQueue.Estimates;

/// <summary>What is known of a place in line at a moment, as numbers.</summary>
internal static class LineFeatures
{
    /// <summary>Where the number of those ahead stands.</summary>
    public const int Ahead = 1;

    private const double LongestService = 3600;
    private const double Never = 600;
    private static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(30);

    /// <summary>The features.</summary>
    public static float[] Of(LineModel line, Waiter waiter, int ahead, DateTimeOffset at, out int open, out int busy)
    {
        var kind = waiter.KindNumber;
        var aheadOfKind = line.AheadOfKind(waiter);
        (open, busy) = (0, 0);
        int lately = 0, justBegun = 0, free = 0, active = 0;
        double justEnded = 0, resting = 0, ableResting = 0, ableEnded = 0, back = 0, ableBack = 0, ableBackLater = 0;
        double able = 0, ableBusy = 0, soon = 0, ableSoon = 0, verySoon = 0, later = 0, rate = 0, kindRate = 0;
        foreach (var counter in line.Counters.Values)
        {
            var can = Math.Min(1, counter.Share(kind) * 10);
            var idle = (at - counter.Last).TotalSeconds;
            var serves = false;
            if (counter.BusySince is { } since && (at - since).TotalSeconds is var age && age < LongestService)
            {
                serves = true;
                var times = line.TimesOf(counter.Kind);
                busy++;
                ableBusy += can;
                rate += 1 / Math.Max(1, counter.Mean);
                kindRate += counter.Share(kind) * 2 / Math.Max(1, counter.Mean);
                var minute = times.EndsWithin(60, age);
                soon += minute;
                ableSoon += minute * can;
                verySoon += times.EndsWithin(30, age);
                later += times.EndsWithin(180, age);
                if (age < 30) justBegun++;
            }

            if (serves || idle < OpenFor.TotalSeconds) open++;
            if (serves || idle < 900)
            {
                active++;
                able += can;
            }

            // When people wait, a counter that does not serve is between two services, or away: the longer, the more likely away.
            if (!serves)
            {
                if (idle < OpenFor.TotalSeconds)
                {
                    var soonBack = line.Pauses.EndsWithin(20, idle);
                    back += soonBack;
                    ableBack += soonBack * can;
                    ableBackLater += line.Pauses.EndsWithin(60, idle) * can;
                }

                if (idle < 10) justEnded++;
                if (idle < 30)
                {
                    resting++;
                    ableResting += can;
                }

                if (idle < 90) ableEnded += can;
            }

            if (serves || idle < 300) lately++;
            if (!serves && idle < 600 && can > 0.3) free++;
        }

        var calls = line.Calls;
        var waits = line.Waits;
        var hour = at.Hour;
        var allHours = line.HourCounts[24] > 0 ? line.HourSums[24] / line.HourCounts[24] : 60;
        var places = ahead + 1;
        var inLine = ahead > 0 && line.Waiting > 0;
        double SinceCall(int count) => calls.Count >= count ? (at - calls[count - 1]).TotalSeconds / count : Never;
        var (kindWait, kindGap, latestOfFirst) = OfKind(waits, kind, at);
        var (recentWait, atOnce) = Recent(waits, at);
        return
        [
            Log(places * line.MeanService / Math.Max(1, busy)), ahead, aheadOfKind, busy,
            Log(places * SinceCall(8)), Log(places * SinceCall(3)), Log(SinceCall(1)),
            Log(Mean(waits, 1)), Log(Mean(waits, 3)), Log(Mean(waits, 5)),
            inLine ? Log((at - line.Head().Since).TotalSeconds) : 0,
            inLine ? Log((at - line.Before(ahead).Since).TotalSeconds) : 0,
            Log(line.HourCounts[hour] > 5 ? line.HourSums[hour] / line.HourCounts[hour] : allHours),
            (float)at.TimeOfDay.TotalHours, (float)at.DayOfWeek, kind, waiter.Priority,
            (float)able, (float)ableBusy, (float)soon, (float)(ableSoon / places), (float)verySoon, (float)(later / places),
            Log(kindWait), Log(kindGap * (aheadOfKind + 1)), Log(latestOfFirst), Log(recentWait), atOnce,
            line.Arrivals.CountWhile(t => t > at.AddSeconds(-300)), line.Leavings.CountWhile(t => t > at.AddSeconds(-600)),
            calls.CountWhile(t => t > at.AddSeconds(-120)), calls.CountWhile(t => t > at.AddSeconds(-600)),
            active, lately, free, justBegun, Log(line.MeanService),
            Log(places * line.MeanService / Math.Max(0.5, able)), Log(places / Math.Max(rate, 1e-4)),
            Log((aheadOfKind + 1) / Math.Max(kindRate, 1e-4)), (float)(kindRate * 100), ahead - aheadOfKind, MathF.Log(places),
            Log((at - waiter.Since).TotalSeconds),
            (float)justEnded, (float)resting, (float)ableResting, (float)ableEnded, (float)(ableEnded / places), (float)((resting + verySoon) / places),
            line.Waiting - ahead, (float)back, (float)ableBack, (float)ableBackLater, (float)((ableSoon + ableBackLater) / places),
        ];
    }

    private static float Log(double seconds) => (float)Spread.Log(Math.Max(0, seconds));

    private static double Mean(Ring<(double Wait, int Kind, DateTimeOffset At)> waits, int count)
    {
        count = Math.Min(count, waits.Count);
        double sum = 0;
        for (var i = 0; i < count; i++) sum += waits[i].Wait;
        return count == 0 ? 0 : sum / count;
    }

    // Of the kind: the mean of its last three waits, and the mean time between its last four calls. Of the first kind: its last wait.
    private static (double Wait, double Gap, double First) OfKind(Ring<(double Wait, int Kind, DateTimeOffset At)> waits, int kind, DateTimeOffset at)
    {
        double sum = 0, gap = Never;
        double? first = null;
        var found = 0;
        for (var i = 0; i < waits.Count && (found < 4 || first is null); i++)
        {
            if (waits[i].Kind == 0) first ??= waits[i].Wait;
            if (waits[i].Kind != kind || found == 4) continue;
            if (found < 3) sum += waits[i].Wait;
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
            if (!recent && i >= 20) break;
            if (recent)
            {
                sum += waits[i].Wait;
                count++;
            }

            if (i < 20 && waits[i].Wait < 1) atOnce++;
        }

        return (count == 0 ? 0 : sum / count, atOnce);
    }
}
