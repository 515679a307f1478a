namespace SmartQueue.Estimates;

/// <summary>A counter as far as its doings tell.</summary>
/// <param name="usualService">What a service takes as long as none was seen, seconds.</param>
/// <param name="rota">The past of all counters of the line.</param>
internal sealed class CounterState(double usualService, PastRota rota)
{
    /// <summary>How many kinds are told apart.</summary>
    public const int MostKinds = 8;

    private const double ShareMemory = 0.02;
    private const double TimeMemory = 0.995;
    private const double PriorWeight = 5;
    private readonly double[] shares = new double[MostKinds];
    private DateTimeOffset toldSince;
    private double sum;
    private double count;

    /// <summary>Since when it serves; <c>null</c> while it does not.</summary>
    public DateTimeOffset? BusySince { get; private set; }

    /// <summary>When it last began or ended a service.</summary>
    public DateTimeOffset Last { get; private set; }

    /// <summary>What kind it serves, or served last.</summary>
    public int? Kind { get; private set; }

    /// <summary>Whether people waited when it ended its last service.</summary>
    public bool Awaited { get; private set; }

    /// <summary>Whether it is open, as somebody told; <c>null</c> if nobody did, and only its doings tell.</summary>
    public bool? Told { get; private set; }

    /// <summary>Its mean service time.</summary>
    public double Mean => (sum + usualService * PriorWeight) / (count + PriorWeight);

    /// <summary>The share of a kind among its latest services.</summary>
    public double Share(int kind) => shares[kind];

    /// <summary>When it used to open and close.</summary>
    public PastRota Rota { get; } = new(rota);

    /// <summary>Takes in that it is open or closed.</summary>
    public void Tell(bool open, DateTimeOffset at)
    {
        if (Told == open)
            return;
        if (Told is { } was)
            Rota.Changed(was, toldSince, at);
        if (open && at > Last)
            Last = at;
        // Nobody awaits it once it is closed: what comes until it serves again is no pause.
        Awaited &= open;
        (Told, toldSince) = (open, at);
    }

    public void Begin(int? kind, DateTimeOffset at)
    {
        // Who serves at a closed counter shows that nobody tells truly when it opens.
        if (Told == false)
            Told = null;
        BusySince = at;
        Last = at;
        Kind = kind;
        for (var k = 0; k < MostKinds; k++)
            shares[k] *= 1 - ShareMemory;
        if (kind is { } served)
            shares[served] += ShareMemory;
    }

    public void End(DateTimeOffset since, DateTimeOffset at, double? seconds, bool awaited)
    {
        // It may have begun another service before the end of this one was told.
        if (BusySince == since)
            BusySince = null;
        Last = at;
        Awaited = awaited && Told != false;
        if (seconds is not { } time)
            return;
        sum = sum * TimeMemory + time;
        count = count * TimeMemory + 1;
    }
}
