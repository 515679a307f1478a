using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Tests;

/// <summary>Tickets and events to test with.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static TicketState Ticket(string id = "t", string? userId = null, string? language = null) =>
        new()
        {
            Id = id,
            TicketNumber = "A-42",
            QueueId = "queue-1",
            QueueName = "Registry {number}",
            ServiceDay = new DateOnly(2026, 11, 23),
            UserId = userId,
            Language = language,
            Status = TicketStatus.Waiting,
            CreatedAt = Morning,
            QueuedAt = Morning,
            Version = 1,
        };

    public static TicketCreated Created(TicketState t) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            TicketId = t.Id,
            QueueId = t.QueueId,
            Version = t.Version,
            Ticket = t,
        };

    public static TicketCalled Called(TicketState t) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            TicketId = t.Id,
            QueueId = t.QueueId,
            Version = t.Version + 1,
            Ticket = t with { Status = TicketStatus.Called, Counter = "3", CalledAt = Morning, Version = t.Version + 1 },
            Counter = "3",
        };

    public static TicketCancelled Cancelled(TicketState t) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            TicketId = t.Id,
            QueueId = t.QueueId,
            Version = t.Version + 1,
            Ticket = t with { Status = TicketStatus.Cancelled, ClosedAt = Morning, Version = t.Version + 1 },
        };

    public static TicketExpired Expired(TicketState t, string reason = TicketExpired.QueueClosed) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            TicketId = t.Id,
            QueueId = t.QueueId,
            Version = t.Version + 1,
            Ticket = t with { Status = TicketStatus.Expired, ClosedAt = Morning, Version = t.Version + 1 },
            Reason = reason,
        };

    /// <summary>An appointment of a guest, two days after <see cref="Morning"/>, when it was booked.</summary>
    public static AppointmentState Appointment(string id = "a", string? userId = null, string? language = null) =>
        new()
        {
            Id = id,
            QueueId = "queue-1",
            QueueName = "Registry {date}",
            Start = Morning.AddDays(2),
            End = Morning.AddDays(2).AddMinutes(20),
            TimeZone = "Europe/Berlin",
            UserId = userId,
            CustomerName = "Ann",
            Email = "ann@example.org",
            Language = language,
            Status = AppointmentStatus.Booked,
            CreatedAt = Morning,
            UpdatedAt = Morning,
            Version = 1,
        };

    public static AppointmentBooked Booked(AppointmentState a) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = a.UpdatedAt,
            AppointmentId = a.Id,
            Version = a.Version,
            Appointment = a,
        };

    /// <summary>The appointment so many hours later than before.</summary>
    public static AppointmentChanged Moved(AppointmentState before, int hours)
    {
        var after = Next(before) with { Start = before.Start.AddHours(hours), End = before.End.AddHours(hours) };
        return Changed(after) with { PreviousStart = before.Start };
    }

    /// <summary>The appointment with another address and name.</summary>
    public static AppointmentChanged Corrected(AppointmentState before) =>
        Changed(Next(before) with { CustomerName = "Anne", Email = "anne@example.org" });

    /// <summary>The appointment when its line is behind.</summary>
    public static AppointmentChanged Behind(AppointmentState before, int minutes) => Changed(Next(before)) with { Behind = minutes * 60 };

    public static AppointmentCancelled Cancelled(AppointmentState before, string? reason = null)
    {
        var after = Next(before) with { Status = AppointmentStatus.Cancelled };
        return new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = after.UpdatedAt,
            AppointmentId = after.Id,
            Version = after.Version,
            Appointment = after,
            Reason = reason,
        };
    }

    public static AppointmentMissed Missed(AppointmentState before, string? ticketId = null)
    {
        var after = Next(before) with { Status = AppointmentStatus.NoShow, TicketId = ticketId };
        return new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = after.UpdatedAt,
            AppointmentId = after.Id,
            Version = after.Version,
            Appointment = after,
        };
    }

    public static AppointmentArrived Arrived(AppointmentState before)
    {
        var after = Next(before) with { Status = AppointmentStatus.Arrived, TicketId = "t" };
        return new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = after.UpdatedAt,
            AppointmentId = after.Id,
            Version = after.Version,
            Appointment = after,
        };
    }

    public static UserErased Erased(string userId) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            UserId = userId,
            Version = 9,
        };

    public static Notification Notification(ITicketEvent cause, int second = 0, bool wanted = true)
    {
        var now = Morning.AddSeconds(second);
        return Domain.Notification.InApp(
            Guid.CreateVersion7(now).ToString(),
            cause.EventId.ToString(),
            cause.Ticket.UserId,
            cause.Ticket.Id,
            TemplateNames.Called,
            new MessageText("It is your turn", "Your ticket A-42 …"),
            wanted,
            now
        );
    }

    public static Notification Pending(string? userId = null, int second = 0, string channel = Channels.Email)
    {
        var now = Morning.AddSeconds(second);
        return Domain.Notification.ToDeliver(
            Guid.CreateVersion7(now).ToString(),
            Guid.NewGuid().ToString(),
            userId,
            "t",
            channel,
            TemplateNames.Called,
            new MessageText("It is your turn", "Your ticket A-42 …") { Language = "en" },
            "ann@example.org",
            null,
            now
        );
    }

    private static AppointmentState Next(AppointmentState before) =>
        before with
        {
            UpdatedAt = before.UpdatedAt.AddMinutes(1),
            Version = before.Version + 1,
        };

    private static AppointmentChanged Changed(AppointmentState after) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = after.UpdatedAt,
            AppointmentId = after.Id,
            Version = after.Version,
            Appointment = after,
        };

    public static UserRegistered Registered(string userId, string email, string? phone) =>
        new()
        {
            EventId = Guid.NewGuid(),
            OccurredAt = DateTimeOffset.UtcNow,
            UserId = userId,
            Version = 1,
            User = new UserProfile
            {
                Id = userId,
                Name = "Ann",
                Email = email,
                Phone = phone,
                Role = "user",
            },
        };
}
