using System.Text.Json.Serialization;
using SmartQueue.Contracts;
using SmartQueue.Estimates;
using SmartQueue.Tickets.Domain;

namespace SmartQueue.Tickets.Http;

/// <summary>A ticket on the wire, for its owner and for operators. Durations are seconds, times UTC.</summary>
internal sealed record TicketView
{
    public required string Id { get; init; }

    public required string TicketNumber { get; init; }

    public required string BranchId { get; init; }

    public required string QueueId { get; init; }

    public required string QueueName { get; init; }

    /// <summary>What stays the same through transfers.</summary>
    public required string VisitId { get; init; }

    /// <summary>Where it was taken; <c>null</c> for tickets of earlier versions.</summary>
    public TicketSource? Source { get; init; }

    /// <summary>Words staff put on it.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public string? UserId { get; init; }

    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Language { get; init; }

    public string? Notes { get; init; }

    public required TicketStatus Status { get; init; }

    public required int Priority { get; init; }

    /// <summary>The time of the appointment it was made for; <c>null</c> for a walk-in.</summary>
    public DateTimeOffset? AppointmentAt { get; init; }

    public string? Counter { get; init; }

    /// <summary>That counter's id; <c>null</c> before the first call.</summary>
    public string? CounterId { get; init; }

    /// <summary>The account of the operator who called or served it last.</summary>
    public string? ServedBy { get; init; }

    /// <summary>1 is next; <c>null</c> unless it waits.</summary>
    public int? Position { get; init; }

    /// <summary>The wait to expect from now; <c>null</c> unless it waits.</summary>
    public int? EstimatedWaitTime { get; init; }

    public int? EstimatedWaitLow { get; init; }

    public int? EstimatedWaitHigh { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CalledAt { get; init; }

    public DateTimeOffset? ServingAt { get; init; }

    public DateTimeOffset? ServedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Recalls { get; init; }

    /// <summary>The ticket this one continues.</summary>
    public string? TransferredFrom { get; init; }

    /// <summary>The ticket that continues this one; the same tracking token reads it.</summary>
    public string? TransferredTo { get; init; }

    public required long Version { get; init; }

    /// <summary>Shown once, to the guest who took the ticket.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TrackingToken { get; init; }

    public static TicketView Of(Ticket ticket, int? ahead, Promise? estimate) =>
        new()
        {
            Id = ticket.Id,
            TicketNumber = ticket.TicketNumber,
            BranchId = ticket.BranchId,
            QueueId = ticket.QueueId,
            QueueName = ticket.QueueName,
            VisitId = ticket.VisitId ?? ticket.Id,
            Source = ticket.Source,
            Labels = ticket.Labels,
            UserId = ticket.UserId,
            CustomerName = ticket.CustomerName,
            Phone = ticket.Phone,
            Email = ticket.Email,
            Language = ticket.Language,
            Notes = ticket.Notes,
            Status = ticket.Status,
            Priority = ticket.Priority,
            AppointmentAt = ticket.AppointmentAt,
            Counter = ticket.Counter,
            CounterId = ticket.CounterId,
            ServedBy = ticket.ServedBy,
            Position = ahead + 1,
            EstimatedWaitTime = estimate?.Middle,
            EstimatedWaitLow = estimate?.Low,
            EstimatedWaitHigh = estimate?.High,
            CreatedAt = ticket.CreatedAt,
            CalledAt = ticket.CalledAt,
            ServingAt = ticket.ServingAt,
            ServedAt = ticket.ServedAt,
            ClosedAt = ticket.ClosedAt,
            UpdatedAt = ticket.UpdatedAt,
            Recalls = ticket.Recalls,
            TransferredFrom = ticket.TransferredFrom,
            TransferredTo = ticket.TransferredTo,
            Version = ticket.Version,
        };
}
