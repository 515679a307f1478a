namespace SmartQueue.Contracts;

/// <summary>How a queue works, as its manager defined it. Durations are seconds.</summary>
public sealed record QueueDefinition
{
    /// <summary>The id, for ever.</summary>
    public required string Id { get; init; }

    /// <summary>The branch it is in, for ever.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>The name people read on pages, screens and tickets.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Whether numbers are given.</summary>
    public required bool IsActive { get; init; }

    /// <summary>1–3 capital letters before the number.</summary>
    public required string Prefix { get; init; }

    /// <summary>The most tickets that may be active at once.</summary>
    public required int MaxActiveTickets { get; init; }

    /// <summary>Seconds of service to expect until there is live data.</summary>
    public required int AverageServiceTime { get; init; }

    /// <summary>Seconds within which a customer should be called.</summary>
    public required int SlaWaitTime { get; init; }

    /// <summary>Seconds after the last call when a ticket becomes a no-show by itself; <c>null</c> leaves it to staff.</summary>
    public int? NoShowAfter { get; init; }

    /// <summary>How often a ticket may be called again.</summary>
    public required int MaxRecalls { get; init; }

    /// <summary>Seconds within which a no-show may rejoin.</summary>
    public required int RejoinGrace { get; init; }

    /// <summary>
    /// Seconds after closing when who still waits expires; <c>null</c>: when the service day is over, and not at all where numbers never
    /// start again.
    /// </summary>
    public int? ExpireAfterClosing { get; init; }

    /// <summary>Seconds that one level of priority is worth in the line; <c>null</c>: whoever has the higher priority is strictly
    /// first.</summary>
    public int? PriorityHeadStart { get; init; }

    /// <summary>Whether numbers start again at 1 each service day.</summary>
    public required NumberReset NumberReset { get; init; }

    /// <summary>IANA time zone, such as <c>Europe/Madrid</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>When the time zone was last changed, UTC; <c>null</c> where it never was. On the clock before, nothing closed.</summary>
    public DateTimeOffset? TimeZoneSince { get; init; }

    /// <summary>When numbers are given; <c>null</c> means always.</summary>
    public IReadOnlyList<OpeningInterval>? OpeningHours { get; init; }

    /// <summary>When no numbers are given all the same; <c>null</c> means never.</summary>
    public IReadOnlyList<QueueClosure>? Closures { get; init; }

    /// <summary>How it takes appointments; <c>null</c>: it takes none.</summary>
    public BookingRules? Booking { get; init; }

    /// <summary>The counters that call from it. Empty: any name will do.</summary>
    public required IReadOnlyList<QueueCounter> Counters { get; init; }

    /// <summary>When it was first defined, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the definition last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version of this definition; each change is one higher.</summary>
    public required long Version { get; init; }
}
