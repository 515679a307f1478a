using GraphQL;
using GraphQL.DataLoader;
using SmartQueue.Contracts;
using SmartQueue.Gateway.GraphQl.Sources;
using SmartQueue.Gateway.Upstream;

namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>A ticket, with as much as its reader may see. Durations are seconds.</summary>
internal sealed record Ticket
{
    /// <summary>Absent in a line that its reader does not run.</summary>
    [Id]
    public string? Id { get; init; }

    public required string TicketNumber { get; init; }

    [Id]
    public string? BranchId { get; init; }

    [Id]
    public string QueueId { get; init; } = "";

    public string? QueueName { get; init; }

    /// <summary>What stays the same through transfers.</summary>
    [Id]
    public string? VisitId { get; init; }

    /// <summary>Where it was taken: web, kiosk, staff, api or appointment; null for tickets of earlier versions.</summary>
    public string? Source { get; init; }

    /// <summary>Words staff put on it.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    [Id]
    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    public required TicketStatus Status { get; init; }

    public int? Priority { get; init; }

    /// <summary>The time of the appointment it was made for; <c>null</c> for a walk-in.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    public string? Counter { get; init; }

    [Id]
    public string? CounterId { get; init; }

    /// <summary>The account of the operator who called or served it last.</summary>
    [Id]
    public string? ServedBy { get; init; }

    /// <summary>1 is next; absent unless it waits.</summary>
    public int? Position { get; init; }

    public int? EstimatedWaitTime { get; init; }

    public int? EstimatedWaitLow { get; init; }

    public int? EstimatedWaitHigh { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? CalledAt { get; init; }

    public DateTimeOffset? ServingAt { get; init; }

    public DateTimeOffset? ServedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public int? Recalls { get; init; }

    [Id]
    public string? TransferredFrom { get; init; }

    [Id]
    public string? TransferredTo { get; init; }

    public int? Version { get; init; }

    /// <summary>Shown once, to the guest who took the ticket: it reads and cancels this ticket.</summary>
    public string? TrackingToken { get; init; }

    internal Queue? Parent { get; init; }

    internal static Ticket Of(TrackedTicket tracked) =>
        new()
        {
            Id = tracked.Id,
            TicketNumber = tracked.TicketNumber,
            QueueId = tracked.QueueId,
            QueueName = tracked.QueueName,
            Status = tracked.Status,
            Priority = tracked.Priority,
            Counter = tracked.Counter,
            Position = tracked.Position,
            EstimatedWaitTime = tracked.EstimatedWaitTime,
            EstimatedWaitLow = tracked.EstimatedWaitLow,
            EstimatedWaitHigh = tracked.EstimatedWaitHigh,
            CreatedAt = tracked.CreatedAt,
            AppointmentAt = tracked.AppointmentAt,
            CalledAt = tracked.CalledAt,
            ServingAt = tracked.ServingAt,
            ServedAt = tracked.ServedAt,
            ClosedAt = tracked.ClosedAt,
            Recalls = tracked.Recalls,
            TransferredTo = tracked.TransferredTo,
            Version = (int)tracked.Version,
        };

    /// <summary>The queue it stands in.</summary>
    [Name("queue"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<Queue?> LoadQueue([FromServices] Backend services) => services.QueueOf(this);

    /// <summary>The account it belongs to, as its reader may see it: staff see the name.</summary>
    [Name("user"), Access(AccessAttribute.Anyone)]
    public IDataLoaderResult<User?> LoadUser([FromServices] Backend services) => services.UserOf(this);
}
