namespace SmartQueue.Replay.Demo;

/// <summary>A counter with the operator who works there.</summary>
internal sealed class TownDesk(string name, string errands, string rule, TownPerson? person)
{
    /// <summary>All there are. The last one is left to whoever looks at the demo.</summary>
    public static IReadOnlyList<TownDesk> All() =>
        [
            new("1", "ABD", "oldest", new("Ada Demo", "ada@demo.invalid")),
            new("2", "BAF", "oldest", new("Ben Demo", "ben@demo.invalid")),
            new("3", "ACE", "oldest", new("Carla Demo", "carla@demo.invalid")),
            new("4", "DEB", "oldest", new("Dan Demo", "dan@demo.invalid")),
            new("5", "FCE", "ranked", new("Eva Demo", "eva@demo.invalid")),
            new("6", "", "oldest", null),
        ];

    public string Name => name;

    public string Rule => rule;

    /// <summary>Who sits there; <c>null</c> where nobody does of themselves.</summary>
    public TownPerson? Person => person;

    public string Id { get; set; } = "";

    /// <summary>Breaks of the day that are still to come, in order.</summary>
    public Queue<TownBreak> Breaks { get; } = [];

    /// <summary>From when on its operator goes home once nobody waits.</summary>
    public DateTimeOffset Closes { get; set; }

    /// <summary>Whether its operator waits for somebody to come.</summary>
    public bool Idle { get; set; }

    /// <summary>Counts its steps, of which the latest one planned is taken.</summary>
    public long Turn { get; set; }

    /// <summary>The letters of the errands it serves, the first one first.</summary>
    public string Errands => errands;

    /// <summary>Whether it serves an errand.</summary>
    public bool Serves(TownErrand errand) => errands.Contains(errand.Prefix, StringComparison.Ordinal);
}
