using SmartQueue.Appointments.Domain;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Tests;

/// <summary>Queues and appointments to test with.</summary>
internal static class Some
{
    /// <summary>A Monday morning.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A queue that takes two at 20 minutes each, on Tuesdays from 10 to 12.</summary>
    public static QueueDefinition Queue(
        string timeZone = "UTC",
        int places = 2,
        int slotLength = 1200,
        IReadOnlyList<OpeningInterval>? hours = null,
        IReadOnlyList<QueueClosure>? closures = null,
        long version = 1
    ) =>
        new()
        {
            Id = "q1",
            Name = "Passports",
            IsActive = true,
            Prefix = "A",
            MaxActiveTickets = 100,
            AverageServiceTime = 300,
            SlaWaitTime = 600,
            MaxRecalls = 3,
            RejoinGrace = 900,
            NumberReset = NumberReset.Daily,
            TimeZone = timeZone,
            Closures = closures,
            Booking = new BookingRules
            {
                SlotLength = slotLength,
                Places = places,
                Hours = hours ?? [new OpeningInterval(WeekDay.Tuesday, new TimeOnly(10, 0), new TimeOnly(12, 0))],
                Earliest = 3600,
                Latest = 1800,
                Horizon = 30,
                Early = 900,
                Late = 600,
                InARow = 2,
            },
            Counters = [],
            CreatedAt = Now,
            UpdatedAt = Now,
            Version = version,
        };

    /// <summary>The slot that begins some minutes after ten on the Tuesday.</summary>
    public static Slot Slot(int minutes = 0, int length = 20)
    {
        var start = new DateTimeOffset(2026, 3, 3, 10, 0, 0, TimeSpan.Zero).AddMinutes(minutes);
        return new(start, start.AddMinutes(length));
    }

    /// <summary>The use cases on a store, with no limits of how many a network books.</summary>
    public static AppointmentDesk Desk(IAppointmentStore store, TimeProvider time)
    {
        var options = new AppointmentsOptions(
            SweepInterval: TimeSpan.FromSeconds(30),
            Behind: null,
            Hold: TimeSpan.FromMinutes(5),
            HeldPerNetwork: 0,
            BookingsPerMinute: 0,
            ContactRetention: null,
            PublicUrl: new Uri("http://localhost/"),
            Organizer: new Uri("http://localhost/")
        );
        return new(
            store,
            new BookingQueues(store),
            new AppointmentAccess(store),
            new BookingRate(options, time),
            new Holds(store, time),
            options,
            time
        );
    }

    public static NewAppointment Draft(string id, string? userId = null, string? network = null) =>
        new()
        {
            Id = id,
            UserId = userId,
            Network = network,
            TokenHash = "token of " + id,
            CodeHash = "code of " + id,
            Details = new AppointmentDetails
            {
                CustomerName = "Ada",
                Phone = "+34600000001",
                Email = "ada@example.com",
                Notes = "Stairs are a trouble",
                Language = "es",
            },
        };
}
