namespace SmartQueue.Estimates;

/// <summary>
/// A line played forward many times over the counters that are told of and those that seem to be at work. Services and pauses are drawn
/// from those seen, who waits may give up, and counters close and open as they used to at this time of the day. The draws are evenly
/// spread and the same each time: a play has little noise of its own, and asking twice gives one answer.
/// </summary>
/// <param name="Low">What one play of ten falls below, seconds.</param>
/// <param name="Middle">The median.</param>
/// <param name="Mean">The mean.</param>
/// <param name="High">What nine plays of ten fall below.</param>
internal readonly record struct LinePlay(double Low, double Middle, double Mean, double High)
{
    // Further back the line is a fluid: the chances of so many services even out, and so many plays would take long.
    private const int MostAhead = 48;
    private const int Plays = 128;
    private const int MostServices = 2000;
    private const int DrawsEach = 251;
    private static readonly float[][] Even = Spread();

    /// <summary>Plays what someone has before them.</summary>
    /// <param name="line">The line.</param>
    /// <param name="ahead">How many come first.</param>
    /// <param name="at">Now.</param>
    public static LinePlay Of(LineModel line, int ahead, DateTimeOffset at)
    {
        var desks = Desk.Of(line, at);
        if (desks.Count == 0)
            return Always((ahead + 1) * line.MeanService);
        if (ahead > MostAhead)
            return Always((ahead + 1) * line.MeanService / Math.Max(1, desks.Count(d => d.Open)));
        // The further, the fewer: a long wait varies less, and an estimate must not take longer.
        var waits = new double[Math.Clamp(MostServices / (ahead + 1), Plays / 4, Plays)];
        var free = new double[desks.Count];
        var until = new double[desks.Count];
        for (var play = 0; play < waits.Length; play++)
        {
            var draws = Even[play * Plays / waits.Length];
            var drawn = 0;
            for (var d = 0; d < free.Length; d++)
                (free[d], until[d]) = desks[d].Begin(line, Draw(), Draw(), Draw());
            for (var i = 0; i < ahead; i++)
            {
                var next = First(free, until);
                var (stays, service, pause) = (Draw(), Draw(), Draw());
                if (stays < line.StaysFor(free[next]))
                    free[next] += line.Times.Rest(service, 0, line.MeanService) + line.Pauses.Rest(pause, 0, 0);
            }

            waits[play] = free[First(free, until)] is var wait && double.IsFinite(wait) ? wait : PastRota.ForeseenSeconds;

            float Draw() => draws[drawn++ % DrawsEach];
        }

        Array.Sort(waits);
        return new LinePlay(waits[waits.Length / 10], waits[waits.Length / 2], waits.Average(), waits[waits.Length * 9 / 10]);
    }

    private static LinePlay Always(double wait) => new(wait, wait, wait, wait);

    // The first to be free for a call; if all are gone by then, the first nevertheless.
    private static int First(double[] free, double[] until)
    {
        var best = 0;
        for (var d = 1; d < free.Length; d++)
        {
            var (there, bestThere) = (free[d] < until[d], free[best] < until[best]);
            if (there == bestThere ? free[d] < free[best] : there)
                best = d;
        }

        return best;
    }

    // Each draw takes every 128th part once over the plays, in an order of its own.
    private static float[][] Spread()
    {
        var random = new Random(1);
        var even = new float[Plays][];
        for (var play = 0; play < Plays; play++)
            even[play] = new float[DrawsEach];
        var order = new int[Plays];
        for (var draw = 0; draw < DrawsEach; draw++)
        {
            for (var play = 0; play < Plays; play++)
                order[play] = play;
            random.Shuffle(order);
            for (var play = 0; play < Plays; play++)
                even[play][draw] = (order[play] + 0.5f) / Plays;
        }

        return even;
    }

    /// <summary>A counter in a play.</summary>
    /// <param name="Serving">The service times of what it serves; <c>null</c> while it rests.</param>
    /// <param name="Age">How long it serves, or rests while it is awaited, seconds.</param>
    /// <param name="Open">Whether it is open.</param>
    /// <param name="Changes">When it may close or open.</param>
    private sealed record Desk(DurationSample? Serving, double Age, bool Open, IReadOnlyList<(double Chance, double After)> Changes)
    {
        public static List<Desk> Of(LineModel line, DateTimeOffset at)
        {
            var desks = new List<Desk>(line.Counters.Count);
            foreach (var counter in line.Counters.Values)
            {
                var age = counter.BusySince is { } since ? (at - since).TotalSeconds : CountersNow.LongestService;
                var busy = age < CountersNow.LongestService;
                var changes = counter.Told is { } open ? counter.Rota.Changes(open, at) : [];
                if (
                    counter.Told is null
                        ? !busy && (at - counter.Last).TotalSeconds >= CountersNow.OpenFor
                        : counter.Told == false && changes.Count == 0
                )
                    continue;
                desks.Add(
                    new Desk(
                        busy ? line.TimesOf(counter.Kind) : null,
                        busy ? age : Awaited(line, counter, at),
                        counter.Told != false,
                        changes
                    )
                );
            }

            return desks;
        }

        // For how long it rests while people wait: it is between two services, or away.
        private static double Awaited(LineModel line, CounterState counter, DateTimeOffset at)
        {
            if (counter.Awaited)
                return (at - counter.Last).TotalSeconds;
            if (line.HeadSince is not { } head)
                return 0;
            return (at - (head > counter.Last ? head : counter.Last)).TotalSeconds;
        }

        /// <summary>From when and until when it may call in a play, seconds from now.</summary>
        public (double From, double Until) Begin(LineModel line, double service, double pause, double change)
        {
            var free = Serving is null
                ? line.Pauses.Rest(pause, Age, 0)
                : Serving.Rest(service, Age, line.MeanService) + line.Pauses.Rest(pause, 0, 0);
            var changes = double.PositiveInfinity;
            foreach (var (chance, after) in Changes)
            {
                if (change >= chance)
                    continue;
                changes = after;
                break;
            }

            return Open ? (free, changes) : (Math.Max(free, changes), double.PositiveInfinity);
        }
    }
}
