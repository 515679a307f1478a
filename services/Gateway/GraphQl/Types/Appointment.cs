using GraphQL;
using GraphQL.DataLoader;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A booked time, and what is known of who comes.</summary>
internal sealed record Appointment
{
    [Id]
    public required string Id { get; init; }

    [Id]
    public required string BranchId { get; init; }

    [Id]
    public required string QueueId { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The zone that people read its times in.</summary>
    public required string TimeZone { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Notes { get; init; }

    public string? Language { get; init; }

    public required AppointmentStatus Status { get; init; }

    /// <summary>How far behind its time the line was last said to be, in seconds; 0 where nothing was said. They may arrive so much
    /// later.</summary>
    public required int Behind { get; init; }

    /// <summary>Until when its place is held, where nobody has confirmed it; null once it is booked.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The ticket they got when they came; null before.</summary>
    [Id]
    public string? TicketId { get; init; }

    /// <summary>When they came, which is when they got their number; null before.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>From when on one may arrive for it; null unless it is booked.</summary>
    public DateTimeOffset? ArriveFrom { get; init; }

    /// <summary>Until when one may; null unless it is booked.</summary>
    public DateTimeOffset? ArriveUntil { get; init; }

    /// <summary>Whether it is booked and its time is none of its queue's slots any more, since hours, closures or slots were
    /// changed.</summary>
    public required bool OutsideHours { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Version { get; init; }

    /// <summary>Shown once, to the guest who booked it: it reads, moves and cancels this appointment.</summary>
    public string? Token { get; init; }

    /// <summary>Shown once, to who booked it: it is typed at a kiosk on arrival.</summary>
    public string? Code { get; init; }

    /// <summary>The queue it is of; null if that is gone by now.</summary>
    [Name("queue"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<Queue?> LoadQueue([FromServices] Backend services) => services.QueueOf(this);
}
