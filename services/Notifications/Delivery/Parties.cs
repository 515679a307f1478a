namespace SmartQueue.Notifications.Delivery;

/// <summary>
/// Those that strangers choose to take a channel's messages, each judged by itself: push services, domains of email addresses.
/// One that fails is left alone for a while. The channel's places are shared out so that slow ones cannot take them all: three quarters
/// for one that works, an eighth for one that is new or failed last. All that failed have a quarter, and with the new ones half.
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
    private readonly int ofOneUnproven = Math.Max(1, places / 8);
    private readonly int ofAllFailed = Math.Max(1, places / 4);
    private readonly int ofAllUnproven = Math.Max(1, places / 2);
    private int failed;
    private int unproven;
    private long uses;

    /// <summary>How many are left alone now.</summary>
    public int Away
    {
        get
        {
            lock (gate)
                return kept.Values.Count(p => p.Breaker.Room == 0);
        }
    }

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return kept.Count;
        }
    }

    /// <summary>Takes a place for a message to a party; <see cref="Leave"/> gives it back.</summary>
    /// <param name="name">The party.</param>
    /// <param name="again">Without a place: when to come again; <c>null</c> says as soon as any message is done, for the party
    /// works.</param>
    public Place? TryEnter(string name, out DateTimeOffset? again)
    {
        lock (gate)
        {
            again = null;
            if (!kept.TryGetValue(name, out var party))
                kept[name] = party = new Party(new Breaker(options.BreakAfter, options.Break, time));
            party.LastUse = ++uses;
            if (kept.Count > MostKept)
                ForgetOne(party);
            again = party.Breaker.TryEnter();
            if (again is not null)
                return null;
            if (IsFull(party))
            {
                party.Breaker.Leave(Verdict.None);
                if (party.Last != Verdict.Works)
                    again = time.GetUtcNow() + (party.Last == Verdict.Fails ? options.FirstDelay : options.Sweep);
                return null;
            }

            var place = new Place(party, party.Last);
            Register(place, 1);
            return place;
        }
    }

    /// <summary>Gives a place back with what was seen.</summary>
    public void Leave(Place place, Verdict verdict)
    {
        lock (gate)
        {
            Register(place, -1);
            if (verdict != Verdict.None)
                place.Party.Last = verdict;
            place.Party.Breaker.Leave(verdict);
        }
    }

    private bool IsFull(Party party) =>
        party.Last == Verdict.Works
            ? party.Inside >= ofOne
            : party.Inside >= ofOneUnproven || unproven >= ofAllUnproven || (party.Last == Verdict.Fails && failed >= ofAllFailed);

    private void Register(Place place, int change)
    {
        place.Party.Inside += change;
        if (place.As != Verdict.Works)
            unproven += change;
        if (place.As == Verdict.Fails)
            failed += change;
    }

    private void ForgetOne(Party newcomer)
    {
        var oldest = kept.Where(p => p.Value.Inside == 0 && p.Value != newcomer).MinBy(p => p.Value.LastUse);
        if (oldest.Key is not null)
            kept.Remove(oldest.Key);
    }

    /// <summary>A message's place on the channel, given back by <see cref="Leave"/>.</summary>
    /// <param name="Party">By whom.</param>
    /// <param name="As">What was known of it then.</param>
    internal sealed record Place(Party Party, Verdict As);

    /// <summary>What is remembered of one.</summary>
    internal sealed class Party(Breaker breaker)
    {
        /// <summary>Whether to ask it at all.</summary>
        public Breaker Breaker { get; } = breaker;

        /// <summary>What it did when it was last asked.</summary>
        public Verdict Last { get; set; }

        /// <summary>Messages under way to it.</summary>
        public int Inside { get; set; }

        /// <summary>The count of uses at its last.</summary>
        public long LastUse { get; set; }
    }
}
