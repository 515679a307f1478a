namespace SmartQueue.Contracts;

/// <summary>A ticket as it was after an event: all a consumer needs to react without asking back.</summary>
public sealed record TicketState
{
    /// <summary>The id; a transfer to another queue makes a new one.</summary>
    public required string Id { get; init; }

    /// <summary>The number people see, <c>PREFIX-n</c>.</summary>
    public required string TicketNumber { get; init; }

    /// <summary>The branch it happens in.</summary>
    public string BranchId { get; init; } = Branches.Main;

    /// <summary>What stays the same through transfers: the id of the first ticket of this visit. <c>null</c> for tickets of earlier
    /// versions.</summary>
    public string? VisitId { get; init; }

    /// <summary>Where it was taken; <c>null</c> for tickets of earlier versions.</summary>
    public TicketSource? Source { get; init; }

    /// <summary>Words staff put on it, to find it by and to count by.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The queue it stands in.</summary>
    public required string QueueId { get; init; }

    /// <summary>That queue's name when the event happened.</summary>
    public required string QueueName { get; init; }

    /// <summary>The service day its number belongs to: the local date in the queue's time zone.</summary>
    public required DateOnly ServiceDay { get; init; }

    /// <summary>The account that owns it; <c>null</c> for a guest.</summary>
    public string? UserId { get; init; }

    /// <summary>What to call the customer, if given. Personal.</summary>
    public string? CustomerName { get; init; }

    /// <summary>Phone number, if given. Personal.</summary>
    public string? Phone { get; init; }

    /// <summary>Email address, if given. Personal.</summary>
    public string? Email { get; init; }

    /// <summary>BCP 47 tag of the language to speak to the customer in, if given.</summary>
    public string? Language { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required TicketStatus Status { get; init; }

    /// <summary>Higher is called first; 0 is ordinary.</summary>
    public int Priority { get; init; }

    /// <summary>Its rank in its queue, priority included: lower is called first, and of equals the one with the lower id.</summary>
    public long? Order { get; init; }

    /// <summary>The time of the appointment it was made for, UTC; <c>null</c> for a walk-in. A transfer keeps it.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    /// <summary>The turn that gives it in this queue; <c>null</c> for a walk-in, and once it let others go first.</summary>
    public BookedTurn? Turn { get; init; }

    /// <summary>The counter that called it last.</summary>
    public string? Counter { get; init; }

    /// <summary>That counter's id; <c>null</c> before the first call, and for tickets that earlier versions called.</summary>
    public string? CounterId { get; init; }

    /// <summary>The account of the operator who called or served it last.</summary>
    public string? ServedBy { get; init; }

    /// <summary>Times called again without an answer.</summary>
    public int Recalls { get; init; }

    /// <summary>Joined the line, UTC. A transfer keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Entered this queue's line, UTC: differs from <see cref="CreatedAt"/> after a transfer.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>The wait promised on joining this line; <c>null</c> once the ticket gave up its place, and for tickets of earlier
    /// versions.</summary>
    public WaitPromise? Promise { get; init; }

    /// <summary>When it was last called, UTC; <c>null</c> before the first call.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>When service began, UTC; <c>null</c> before, and where it was served without a step of its own.</summary>
    public DateTimeOffset? ServingAt { get; init; }

    /// <summary>When service ended, UTC; <c>null</c> unless it was served.</summary>
    public DateTimeOffset? ServedAt { get; init; }

    /// <summary>Reached a status that closes it, UTC.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The ticket this one continues after a transfer.</summary>
    public string? TransferredFrom { get; init; }

    /// <summary>The ticket that continues this one after a transfer.</summary>
    public string? TransferredTo { get; init; }

    /// <summary>The version of this state; each change is one higher.</summary>
    public required long Version { get; init; }
}
