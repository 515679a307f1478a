using SmartQueue.Contracts;
using SmartQueue.Queues.Domain;
using SmartQueue.Queues.Http;

namespace SmartQueue.Queues.Tests;

/// <summary>Queues and tickets to test with.</summary>
internal static class Sample
{
    /// <summary>A Monday morning.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The branch that every store has.</summary>
    public static readonly BranchState Main = Branch.CreateMain("UTC", Now).Next.Definition;

    public static QueueDefinition Definition(string name = "Counter hall", string prefix = "A") =>
        new QueueRequest { Name = name, Prefix = prefix }.Validate(Main);

    public static QueueDefinition FullDefinition() =>
        new QueueRequest
        {
            Name = "Passports",
            Description = "First floor",
            IsActive = false,
            Prefix = "pa",
            MaxActiveTickets = 7,
            AverageServiceTime = 8,
            SlaWaitTime = 9,
            NoShowAfter = 10,
            MaxRecalls = 11,
            RejoinGrace = 12,
            ExpireAfterClosing = 0,
            PriorityHeadStart = 600,
            NumberReset = "never",
            TimeZone = "Europe/Madrid",
            OpeningHours = [new OpeningHours("monday", "09:00", "13:30"), new OpeningHours("saturday", "22:00", "02:00")],
            Closures =
            [
                new Closure("2026-12-24T14:00:00+01:00", "2026-12-24T17:00:00Z", "Party"),
                new Closure("2026-12-25", "2026-12-26", null),
            ],
            Booking = new Booking
            {
                SlotLength = 1200,
                Places = 3,
                Hours = [new OpeningHours("tuesday", "08:00", "12:00")],
                Earliest = 13,
                Latest = 14,
                Horizon = 15,
                Early = 16,
                Late = 17,
                InARow = 18,
            },
            Counters = [new CounterRequest("1"), new CounterRequest("Desk 2")],
        }.Validate(Main);

    public static LineTicket Ticket(string id, string queueId = "q", TicketStatus status = TicketStatus.Waiting, long version = 1) =>
        new()
        {
            Id = id,
            QueueId = queueId,
            TicketNumber = "A-1",
            Number = 1,
            Status = status,
            Priority = 0,
            CreatedAt = Now,
            QueuedAt = Now,
            Version = version,
        };

    /// <summary>Tickets that wait, in the order they are called in.</summary>
    public static IEnumerable<LineTicket> InLine(IEnumerable<LineTicket> waiting) =>
        waiting
            .OrderBy(t => t.Order ?? long.MaxValue)
            .ThenBy(t => t.CreatedAt)
            .ThenBy(t => t.Number)
            .ThenBy(t => t.Id, StringComparer.Ordinal);

    public static ITicketEvent Event(
        string ticketId,
        string queueId,
        TicketStatus status,
        long version,
        DateTimeOffset at,
        int number = 1,
        string? counter = null,
        int priority = 0,
        DateTimeOffset? queuedAt = null,
        DateTimeOffset? calledAt = null,
        DateTimeOffset? servingAt = null,
        long? order = null
    )
    {
        var closed =
            status
            is TicketStatus.Served
                or TicketStatus.Cancelled
                or TicketStatus.NoShow
                or TicketStatus.Transferred
                or TicketStatus.Expired;
        var ticket = new TicketState
        {
            Id = ticketId,
            TicketNumber = $"A-{number}",
            QueueId = queueId,
            QueueName = "Counter hall",
            ServiceDay = DateOnly.FromDateTime(at.UtcDateTime),
            CustomerName = "Ada Personal",
            Email = "ada@personal.example",
            Phone = "+34 600 000 000",
            Status = status,
            Priority = priority,
            Order = order,
            Counter = counter,
            CreatedAt = queuedAt ?? at,
            QueuedAt = queuedAt ?? at,
            CalledAt = calledAt,
            ServingAt = servingAt,
            ServedAt = status == TicketStatus.Served ? at : null,
            ClosedAt = closed ? at : null,
            Version = version,
        };
        var id = Guid.CreateVersion7(at);
        return status switch
        {
            TicketStatus.Waiting when version == 1 => new TicketCreated
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.Waiting => new TicketRequeued
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.Called => new TicketCalled
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
                Counter = counter!,
            },
            TicketStatus.Serving => new TicketServingStarted
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
                Counter = counter,
            },
            TicketStatus.Parked => new TicketParked
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.Served => new TicketServed
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
                Counter = counter,
            },
            TicketStatus.Cancelled => new TicketCancelled
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.NoShow => new TicketNoShow
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.Expired => new TicketExpired
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
            },
            TicketStatus.Transferred => new TicketTransferred
            {
                EventId = id,
                OccurredAt = at,
                TicketId = ticketId,
                QueueId = queueId,
                Version = version,
                Ticket = ticket,
                ToQueueId = "other",
                ToTicketId = "next",
            },
        };
    }
}
