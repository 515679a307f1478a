namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Those that strangers choose to take a channel's messages, each judged by itself: push services, domains of email addresses.
/// One that fails is left alone for a while. The channel's places are shared out so that slow ones cannot take them all: three quarters
/// for one that works, a quarter for one that failed last or was never tried, half for all of these together.
/// </summary>
/// <param name="options">How long one that fails is left alone.</param>
/// <param name="places">The most messages under way at once on the channel.</param>
/// <param name="time">The clock.</param>
internal sealed class Parties(DeliveryOptions options, int places, TimeProvider time)
{
    /// <summary>The most that are remembered. The longest unused are forgotten: anyone can name a new one with every message.</summary>
    public const int MostKept = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Party> kept = [];
    private readonly int ofOne = Math.Max(1, places * 3 / 4);
    private readonly int ofOneUnproven = Math.Max(1, places / 4);
    private readonly int ofAllUnproven = Math.Max(1, places / 2);
    private int unproven;
    private long uses;

    /// <summary>How many are left alone now.</summary>
    public int Away
    {
        get
        {
            lock (gate) return kept.Values.Count(p => p.Breaker.Room == 0);
        }
    }

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate) return kept.Count;
        }
    }

    /// <summary>Takes a place for a message to a party; <see cref="Leave"/> gives it back.</summary>
    /// <param name="name">The party.</param>
    /// <param name="again">Without a place: when to come again; <c>null</c> says as soon as any message is done, for the party works.</param>
    public Place? TryEnter(string name, out DateTimeOffset? again)
    {
        lock (gate)
        {
            again = null;
            if (!kept.TryGetValue(name, out var party)) kept[name] = party = new Party(new Breaker(options.BreakAfter, options.Break, time));
            party.LastUse = ++uses;
            if (kept.Count > MostKept) ForgetOne(party);
            again = party.Breaker.TryEnter();
            if (again is not null) return null;
            if (party.Proven ? party.Inside >= ofOne : party.Inside >= ofOneUnproven || unproven >= ofAllUnproven)
            {
                party.Breaker.Leave(Verdict.None);
                if (!party.Proven) again = time.GetUtcNow() + options.FirstDelay;
                return null;
            }

            party.Inside++;
            if (!party.Proven) unproven++;
            return new Place(party, !party.Proven);
        }
    }

    /// <summary>Gives a place back with what was seen.</summary>
    public void Leave(Place place, Verdict verdict)
    {
        lock (gate)
        {
            place.Party.Inside--;
            if (place.Unproven) unproven--;
            if (verdict != Verdict.None) place.Party.Proven = verdict == Verdict.Works;
            place.Party.Breaker.Leave(verdict);
        }
    }

    private void ForgetOne(Party newcomer)
    {
        var oldest = kept.Where(p => p.Value.Inside == 0 && p.Value != newcomer).MinBy(p => p.Value.LastUse);
        if (oldest.Key is not null) kept.Remove(oldest.Key);
    }

    /// <summary>A place taken.</summary>
    /// <param name="Party">By whom.</param>
    /// <param name="Unproven">Whether it is one of those for parties not known to work.</param>
    internal sealed record Place(Party Party, bool Unproven);

    /// <summary>What is remembered of one.</summary>
    internal sealed class Party(Breaker breaker)
    {
        /// <summary>Whether to ask it at all.</summary>
        public Breaker Breaker { get; } = breaker;

        /// <summary>It worked when it was last asked.</summary>
        public bool Proven { get; set; }

        /// <summary>Messages under way to it.</summary>
        public int Inside { get; set; }

        /// <summary>The count of uses at its last.</summary>
        public long LastUse { get; set; }
    }
}
