namespace SmartQueue.Contracts;

/// <summary>An appointment as it was after an event: all a consumer needs to react without asking back.</summary>
public sealed record AppointmentState
{
    /// <summary>The id, for ever.</summary>
    public required string Id { get; init; }

    /// <summary>The branch of its queue.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>The queue it is for.</summary>
    public required string QueueId { get; init; }

    /// <summary>That queue's name when the event happened.</summary>
    public required string QueueName { get; init; }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>IANA time zone that people read its times in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The account that booked it for itself; <c>null</c> for a guest.</summary>
    public string? UserId { get; init; }

    /// <summary>Who comes. Personal.</summary>
    public string? CustomerName { get; init; }

    /// <summary>Phone number, if given. Personal.</summary>
    public string? Phone { get; init; }

    /// <summary>Email address, if given. Personal.</summary>
    public string? Email { get; init; }

    /// <summary>BCP 47 tag of the language to speak to them in, if given.</summary>
    public string? Language { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required AppointmentStatus Status { get; init; }

    /// <summary>The ticket they got when they came.</summary>
    public string? TicketId { get; init; }

    /// <summary>When it was booked, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version of this state; each change is one higher.</summary>
    public required long Version { get; init; }
}
