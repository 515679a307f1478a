using System.Diagnostics;
using SmartQueue.Analytics.Facts;
using SmartQueue.Analytics.Rollups;
using SmartQueue.Contracts;

namespace SmartQueue.Analytics.Tests;

/// <summary>Tickets, queues and events to test with.</summary>
internal static class Samples
{
    public const string QueueId = "queue-1";

    public static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static readonly TimeRange Day = new(Morning.AddDays(-1), Morning.AddDays(1));

    public static QueueDefinition Queue(long version = 1, string timeZone = "Europe/Madrid", int slaWaitTime = 300) =>
        new()
        {
            Id = QueueId,
            Name = "Registry",
            IsActive = true,
            Prefix = "A",
            MaxActiveTickets = 100,
            AverageServiceTime = 120,
            SlaWaitTime = slaWaitTime,
            MaxRecalls = 2,
            RejoinGrace = 600,
            NumberReset = NumberReset.Daily,
            TimeZone = timeZone,
            Counters = [],
            CreatedAt = Morning,
            UpdatedAt = Morning,
            Version = version,
        };

    public static QueueCreated Created(this QueueDefinition queue) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Morning,
            QueueId = queue.Id,
            Version = queue.Version,
            Queue = queue,
        };

    public static QueueUpdated Updated(this QueueDefinition queue) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Morning,
            QueueId = queue.Id,
            Version = queue.Version,
            Queue = queue,
        };

    public static UserErased Erased(string userId) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = Morning,
            UserId = userId,
            Version = 9,
        };

    public static TicketState Ticket(string id, DateTimeOffset at, string? userId = null) =>
        new()
        {
            Id = id,
            TicketNumber = "A-42",
            QueueId = QueueId,
            QueueName = "Registry",
            ServiceDay = DateOnly.FromDateTime(at.UtcDateTime),
            UserId = userId,
            CustomerName = "Ada",
            Phone = "+34 600 000 000",
            Email = "ada@example.org",
            Status = TicketStatus.Waiting,
            CreatedAt = at,
            QueuedAt = at,
            Version = 1,
        };

    public static TicketState Called(this TicketState ticket, DateTimeOffset at, string counter = "3") =>
        ticket with
        {
            Status = TicketStatus.Called,
            CalledAt = at,
            Counter = counter,
            Version = ticket.Version + 1,
        };

    public static TicketState Serving(this TicketState ticket, DateTimeOffset at) =>
        ticket with
        {
            Status = TicketStatus.Serving,
            ServingAt = at,
            Version = ticket.Version + 1,
        };

    public static TicketState Served(this TicketState ticket, DateTimeOffset at) =>
        ticket with
        {
            Status = TicketStatus.Served,
            ServedAt = at,
            ClosedAt = at,
            Version = ticket.Version + 1,
        };

    public static TicketState Closed(this TicketState ticket, TicketStatus status, DateTimeOffset at) =>
        ticket with
        {
            Status = status,
            ClosedAt = at,
            Version = ticket.Version + 1,
        };

    public static TicketState Requeued(this TicketState ticket) =>
        ticket with
        {
            Status = TicketStatus.Waiting,
            CalledAt = null,
            ServingAt = null,
            ClosedAt = null,
            Counter = null,
            CounterId = null,
            Version = ticket.Version + 1,
        };

    /// <summary>An event of the kind that leads to the ticket's status.</summary>
    public static ITicketEvent Event(this TicketState t) =>
        t.Status switch
        {
            TicketStatus.Waiting when t.Version == 1 => new TicketCreated
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.CreatedAt,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Waiting => new TicketRequeued
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.CreatedAt,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Called when t.Recalls > 0 => new TicketRecalled
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.CalledAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
                Counter = t.Counter!,
            },
            TicketStatus.Called => new TicketCalled
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.CalledAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
                Counter = t.Counter!,
            },
            TicketStatus.Serving => new TicketServingStarted
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ServingAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Parked => new TicketParked
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.CreatedAt,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Served => new TicketServed
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ServedAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Cancelled => new TicketCancelled
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ClosedAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.NoShow => new TicketNoShow
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ClosedAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
            TicketStatus.Transferred => new TicketTransferred
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ClosedAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
                ToQueueId = "queue-2",
                ToTicketId = "next",
            },
            TicketStatus.Expired => new TicketExpired
            {
                EventId = Guid.NewGuid(),
                OccurredAt = t.ClosedAt!.Value,
                TicketId = t.Id,
                QueueId = t.QueueId,
                Version = t.Version,
                Ticket = t,
            },
        };

    public static TicketDetailsChanged DetailsChanged(this TicketState t) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = t.CreatedAt,
            TicketId = t.Id,
            QueueId = t.QueueId,
            Version = t.Version,
            Ticket = t,
        };

    public static CounterState Counter(string id, CounterStatus status = CounterStatus.Closed, string? operatorId = null) =>
        new()
        {
            Id = id,
            BranchId = Branches.Main,
            Name = id.ToUpperInvariant(),
            Queues = [],
            Rule = CounterRule.Oldest,
            Status = status,
            OperatorId = operatorId,
            Since = Morning,
            Version = 1,
        };

    /// <summary>The event that led to what a counter is.</summary>
    public static IEvent Event(this CounterState counter, double minutes, long version)
    {
        var (id, at) = (Guid.NewGuid(), Morning.AddMinutes(minutes));
        counter = counter with { Version = version, Since = at };
        return counter.Status switch
        {
            CounterStatus.Closed when version == 1 => new CounterCreated
            {
                EventId = id,
                OccurredAt = at,
                CounterId = counter.Id,
                Version = version,
                Counter = counter,
            },
            CounterStatus.Closed => new CounterClosed
            {
                EventId = id,
                OccurredAt = at,
                CounterId = counter.Id,
                Version = version,
                Counter = counter,
            },
            CounterStatus.Open => new CounterOpened
            {
                EventId = id,
                OccurredAt = at,
                CounterId = counter.Id,
                Version = version,
                Counter = counter,
            },
            CounterStatus.Break => new CounterOnBreak
            {
                EventId = id,
                OccurredAt = at,
                CounterId = counter.Id,
                Version = version,
                Counter = counter,
            },
        };
    }

    /// <summary>A fact of a counter that began so many minutes after <see cref="Morning"/>.</summary>
    public static CounterFact At(this CounterState counter, double minutes, long version) =>
        CounterFact.Of(counter with { Version = version }, Morning.AddMinutes(minutes));

    public static AppointmentState Appointment(string id, DateTimeOffset start) =>
        new()
        {
            Id = id,
            QueueId = QueueId,
            QueueName = "Registry",
            Start = start,
            End = start.AddMinutes(10),
            TimeZone = "Europe/Madrid",
            UserId = "user-1",
            CustomerName = "Ada",
            Phone = "+34 600 000 000",
            Email = "ada@example.org",
            Status = AppointmentStatus.Booked,
            CreatedAt = Morning.AddDays(-2),
            UpdatedAt = Morning.AddDays(-2),
            Version = 1,
        };

    /// <summary>The next state of an appointment.</summary>
    /// <param name="appointment">It before.</param>
    /// <param name="status">What it is then.</param>
    /// <param name="came">Whether somebody came for it, and has a ticket; as before, if absent.</param>
    public static AppointmentState Becomes(this AppointmentState appointment, AppointmentStatus status, bool? came = null) =>
        appointment with
        {
            Status = status,
            TicketId = came ?? appointment.TicketId is not null ? appointment.Id : null,
            Version = appointment.Version + 1,
        };

    /// <summary>An event that leads to what an appointment is.</summary>
    public static IEvent Event(this AppointmentState a)
    {
        var (id, at) = (Guid.NewGuid(), a.UpdatedAt);
        return a.Status switch
        {
            AppointmentStatus.Booked when a.Version == 1 => new AppointmentBooked
            {
                EventId = id,
                OccurredAt = at,
                AppointmentId = a.Id,
                Version = a.Version,
                Appointment = a,
            },
            AppointmentStatus.Arrived => new AppointmentArrived
            {
                EventId = id,
                OccurredAt = at,
                AppointmentId = a.Id,
                Version = a.Version,
                Appointment = a,
            },
            AppointmentStatus.NoShow => new AppointmentMissed
            {
                EventId = id,
                OccurredAt = at,
                AppointmentId = a.Id,
                Version = a.Version,
                Appointment = a,
            },
            AppointmentStatus.Cancelled when a.TicketId is null => new AppointmentCancelled
            {
                EventId = id,
                OccurredAt = at,
                AppointmentId = a.Id,
                Version = a.Version,
                Appointment = a,
            },
            AppointmentStatus.Booked or AppointmentStatus.Served or AppointmentStatus.Cancelled => new AppointmentChanged
            {
                EventId = id,
                OccurredAt = at,
                AppointmentId = a.Id,
                Version = a.Version,
                Appointment = a,
            },
            AppointmentStatus.Held => throw new UnreachableException("What is held is told nobody."),
        };
    }

    public static TrackedEvent Tracked(string id, string userId) =>
        new()
        {
            Id = id,
            UserId = userId,
            EventType = "screen.opened",
            QueueId = QueueId,
            Metadata = """{"$where":"1","a":[1,2]}""",
            Timestamp = Morning,
            ReceivedAt = Morning,
        };
}
