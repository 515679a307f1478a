namespace SmartQueue.Contracts;

/// <summary>A branch as it was after an event: a place with its address, its clock and its hours.</summary>
public sealed record BranchState
{
    /// <summary>The id, for ever.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in addresses, such as <c>old-town</c>; one branch has it.</summary>
    public required string Slug { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, as people write it.</summary>
    public string? Address { get; init; }

    /// <summary>IANA time zone, such as <c>Europe/Madrid</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>When its queues give numbers, but for those with hours of their own; <c>null</c> means always.</summary>
    public IReadOnlyList<OpeningInterval>? OpeningHours { get; init; }

    /// <summary>When they give none all the same; <c>null</c> means never.</summary>
    public IReadOnlyList<QueueClosure>? Closures { get; init; }

    /// <summary>BCP 47 tags of the languages spoken there, the first being the main one.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version of this state; each change is one higher.</summary>
    public required long Version { get; init; }
}
