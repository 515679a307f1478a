namespace SmartQueue.Replay.Demo;

/// <summary>What people come for; each has its queue.</summary>
/// <param name="Prefix">The letter of its numbers.</param>
/// <param name="Name">The queue's name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Share">How many of a hundred come for it.</param>
/// <param name="Minutes">The median of what it takes.</param>
internal sealed record TownErrand(string Prefix, string Name, string Description, double Share, double Minutes)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<TownErrand> All() =>
        [
            new("A", "Registration", "Moving in, moving out, change of address", 30, 12),
            new("B", "Passports and ID cards", "Apply for one or collect it", 25, 15),
            new("C", "Vehicles", "Registration, licence plates, parking permits", 15, 13),
            new("D", "Certificates", "Birth, marriage, residence", 15, 8),
            new("E", "Payments", "Fees and fines", 10, 5),
            new("F", "Building permits", "Advice and applications", 5, 30),
        ];

    /// <summary>Its queue, once there is one.</summary>
    public string QueueId { get; set; } = "";
}
