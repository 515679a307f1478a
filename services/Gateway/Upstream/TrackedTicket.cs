using SmartQueue.Contracts;

namespace SmartQueue.Gateway.Upstream;

/// <summary>
/// A ticket as it is pushed to those who track it: what its owner may see except name and contact, so that one message suits owner,
/// token holder and operator alike.
/// </summary>
internal sealed record TrackedTicket
{
    public required string Id { get; init; }

    public required string TicketNumber { get; init; }

    public required string QueueId { get; init; }

    public string? QueueName { get; init; }

    public required TicketStatus Status { get; init; }

    public int Priority { get; init; }

    public string? Counter { get; init; }

    public int? Position { get; init; }

    public int? EstimatedWaitTime { get; init; }

    public int? EstimatedWaitLow { get; init; }

    public int? EstimatedWaitHigh { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the appointment it was made for; <c>null</c> for a walk-in.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    public DateTimeOffset? CalledAt { get; init; }

    public DateTimeOffset? ServingAt { get; init; }

    public DateTimeOffset? ServedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public int Recalls { get; init; }

    public string? TransferredTo { get; init; }

    public required long Version { get; init; }

    public static TrackedTicket Of(TicketState ticket) =>
        new()
        {
            Id = ticket.Id,
            TicketNumber = ticket.TicketNumber,
            QueueId = ticket.QueueId,
            QueueName = ticket.QueueName,
            Status = ticket.Status,
            Priority = ticket.Priority,
            Counter = ticket.Counter,
            CreatedAt = ticket.CreatedAt,
            AppointmentAt = ticket.AppointmentAt,
            CalledAt = ticket.CalledAt,
            ServingAt = ticket.ServingAt,
            ServedAt = ticket.ServedAt,
            ClosedAt = ticket.ClosedAt,
            Recalls = ticket.Recalls,
            TransferredTo = ticket.TransferredTo,
            Version = ticket.Version,
        };

    /// <summary>The same with the position and estimate it has in the line now.</summary>
    /// <param name="line">The line as it was told.</param>
    /// <param name="place">Where in its lists the ticket stands.</param>
    public TrackedTicket At(LinePositionsChanged line, int place) =>
        this with
        {
            Position = place + 1,
            EstimatedWaitTime = line.Waits[place],
            EstimatedWaitLow = line.Lows[place],
            EstimatedWaitHigh = line.Highs[place],
        };
}
