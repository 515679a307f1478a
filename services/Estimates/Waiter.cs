namespace SmartQueue.Estimates;

/// <summary>Someone in line, and where they stand in it.</summary>
internal sealed class Waiter(string id, string kind, int kindNumber, int priority, long order, DateTimeOffset since)
{
    /// <summary>As they will be called: by order, then by id.</summary>
    public static readonly IComparer<Waiter> InOrder = Comparer<Waiter>.Create(
        (a, b) =>
        {
            var byOrder = a.Order.CompareTo(b.Order);
            return byOrder != 0 ? byOrder : string.CompareOrdinal(a.Id, b.Id);
        }
    );

    private readonly List<Snapshot> later = [];

    public string Id => id;

    public string Kind => kind;

    public int KindNumber => kindNumber;

    public int Priority => priority;

    public long Order => order;

    public DateTimeOffset Since => since;

    /// <summary>What was promised on joining.</summary>
    public Snapshot? Joining { get; set; }

    /// <summary>What was known at a moment of the wait chosen by chance.</summary>
    public Snapshot? Seen { get; set; }

    /// <summary>Of how many moments it was chosen.</summary>
    public int Moments { get; set; }

    /// <summary>What was promised since, oldest first.</summary>
    public IReadOnlyList<Snapshot> Later => later;

    /// <summary>Keeps a promise; of too many, every other one goes.</summary>
    public void Keep(Snapshot snapshot, int most)
    {
        if (later.Count >= most)
        {
            for (var i = later.Count - 2; i >= 0; i -= 2)
                later.RemoveAt(i);
        }

        later.Add(snapshot);
    }
}
