namespace SmartQueue.Estimates;

/// <summary>
/// The counters of a line at a moment, seen by someone who waits for one kind. What is "able" counts a counter by how far it serves that
/// kind, from 0 to 1; what is a chance is summed over the counters. A counter that is told to be open is at work however long nobody
/// heard of it, and one that is told to be closed is not counted at all, not even while it finishes whom it serves.
/// </summary>
internal readonly record struct CountersNow
{
    /// <summary>A service that goes on for so many seconds was forgotten.</summary>
    public const double LongestService = 3600;

    /// <summary>A counter that nobody heard of for so many seconds is not open, unless it is told to be.</summary>
    public const double OpenFor = 1800;

    private const double ActiveFor = 900;
    private const double FreeFor = 600;
    private const double LatelyFor = 300;
    private const double SurelyAble = 0.3;
    private const double Overlooked = 60;

    /// <summary>Told to be open, serving, or heard of within half an hour: but, if not told, not if it rests while the first in line waits
    /// for it.</summary>
    public int Open { get; private init; }

    /// <summary>Of those, free to call at once. With none known one is supposed, until it shows that nobody calls.</summary>
    public int FreeToCall { get; private init; }

    /// <summary>Serving, for less than an hour: a service that never ends was forgotten.</summary>
    public int Busy { get; private init; }

    /// <summary>Serving, or heard of within a quarter of an hour.</summary>
    public int Active { get; private init; }

    /// <summary>Serving, or heard of within five minutes.</summary>
    public int Lately { get; private init; }

    /// <summary>Able, not serving, and heard of within ten minutes.</summary>
    public int Free { get; private init; }

    /// <summary>Began a service within half a minute.</summary>
    public int JustBegun { get; private init; }

    /// <summary>Ended one within ten seconds and rest.</summary>
    public int JustEnded { get; private init; }

    /// <summary>Ended one within half a minute and rest.</summary>
    public int Resting { get; private init; }

    /// <summary>Able among <see cref="Active"/>: those serving or heard of within a quarter of an hour.</summary>
    public double Able { get; private init; }

    /// <summary>Able among <see cref="Busy"/>: those that serve somebody now.</summary>
    public double AbleBusy { get; private init; }

    /// <summary>Able among <see cref="Resting"/>: those that ended a service within half a minute.</summary>
    public double AbleResting { get; private init; }

    /// <summary>Able of those that ended a service within 90 seconds and rest.</summary>
    public double AbleEnded { get; private init; }

    /// <summary>Services that end within 30 seconds.</summary>
    public double VerySoon { get; private init; }

    /// <summary>Services that end within a minute.</summary>
    public double Soon { get; private init; }

    /// <summary>The same of able counters.</summary>
    public double AbleSoon { get; private init; }

    /// <summary>Services that end within three minutes.</summary>
    public double Later { get; private init; }

    /// <summary>Resting counters that serve again within 20 seconds.</summary>
    public double Back { get; private init; }

    /// <summary>The same of able counters.</summary>
    public double AbleBack { get; private init; }

    /// <summary>Able counters that serve again within a minute.</summary>
    public double AbleBackLater { get; private init; }

    /// <summary>Services a second, all busy counters together.</summary>
    public double Rate { get; private init; }

    /// <summary>Of which of the kind.</summary>
    public double KindRate { get; private init; }

    /// <summary>Looks at every counter of the line at a moment, for someone who waits for one kind.</summary>
    public static CountersNow Of(LineModel line, int kind, DateTimeOffset at)
    {
        var now = default(CountersNow);
        var overlooked = line.HeadSince is { } head && (at - head).TotalSeconds > Overlooked ? head : (DateTimeOffset?)null;
        var free = 0;
        foreach (var counter in line.Counters.Values)
        {
            if (counter.Told == false)
                continue;
            // Who was told to be open for this line serves it, also before its first service.
            var able = counter.Told == true && counter.Kind is null ? 1 : Math.Min(1, counter.Share(kind) * 10);
            var idle = (at - counter.Last).TotalSeconds;
            var age = counter.BusySince is { } since ? (at - since).TotalSeconds : LongestService;
            // A service that never ends was forgotten.
            now =
                age < LongestService
                    ? now.WithBusy(line, counter, kind, able, age)
                    : now.WithResting(line, able, idle, counter.Told == true);
            var heardOf = age < LongestService || counter.Told == true ? 0 : idle;
            var away = age >= LongestService && counter.Last <= overlooked;
            var open = counter.Told == true || (heardOf < OpenFor && !away);
            free += open && !away && age >= LongestService ? 1 : 0;
            now = now with
            {
                Open = now.Open + (open ? 1 : 0),
                Active = now.Active + (heardOf < ActiveFor ? 1 : 0),
                Able = now.Able + (heardOf < ActiveFor ? able : 0),
                Lately = now.Lately + (heardOf < LatelyFor ? 1 : 0),
            };
        }

        return now with
        {
            FreeToCall = now.Open == 0 && overlooked is null && !line.Told ? 1 : free,
        };
    }

    private CountersNow WithBusy(LineModel line, CounterState counter, int kind, double able, double age)
    {
        var times = line.TimesOf(counter.Kind);
        var minute = times.EndsWithin(60, age);
        var pace = 1 / Math.Max(1, counter.Mean);
        return this with
        {
            Busy = Busy + 1,
            AbleBusy = AbleBusy + able,
            JustBegun = JustBegun + (age < 30 ? 1 : 0),
            VerySoon = VerySoon + times.EndsWithin(30, age),
            Soon = Soon + minute,
            AbleSoon = AbleSoon + minute * able,
            Later = Later + times.EndsWithin(180, age),
            Rate = Rate + pace,
            KindRate = KindRate + counter.Share(kind) * 2 * pace,
        };
    }

    // When people wait, a counter that does not serve is between two services, or away: the longer, the more likely away.
    private CountersNow WithResting(LineModel line, double able, double idle, bool told)
    {
        var back = idle < OpenFor ? line.Pauses.EndsWithin(20, idle) : 0;
        return this with
        {
            Free = Free + ((idle < FreeFor || told) && able > SurelyAble ? 1 : 0),
            JustEnded = JustEnded + (idle < 10 ? 1 : 0),
            Resting = Resting + (idle < 30 ? 1 : 0),
            AbleResting = AbleResting + (idle < 30 ? able : 0),
            AbleEnded = AbleEnded + (idle < 90 ? able : 0),
            Back = Back + back,
            AbleBack = AbleBack + back * able,
            AbleBackLater = AbleBackLater + (idle < OpenFor ? line.Pauses.EndsWithin(60, idle) * able : 0),
        };
    }
}
