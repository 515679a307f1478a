using SmartQueue.Appointments.Domain;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Tests;

public sealed class AppointmentTests
{
    [Fact]
    public void Without_what_tells_who_came_nothing_of_a_person_is_left_and_all_else_stays()
    {
        var booked = Appointment.Book(Some.Draft("a", "user", "203.0.113.7"), Some.Queue(), Some.Slot(), 1, Some.Now, null).Next;

        var anonymous = booked.Anonymous();

        Assert.Equal(
            booked with
            {
                UserId = null,
                CustomerName = null,
                Phone = null,
                Email = null,
                Notes = null,
                Network = null,
            },
            anonymous
        );
        Assert.NotNull(booked.Network);
        Assert.Null(anonymous.ContactLeftAt());
    }

    [Fact]
    public void What_a_guest_left_is_needed_to_the_end_of_the_appointment_and_of_an_account_it_is_the_accounts()
    {
        var guest = Appointment.Book(Some.Draft("a"), Some.Queue(), Some.Slot(), 1, Some.Now, null).Next;
        var account = Appointment.Book(Some.Draft("b", "user"), Some.Queue(), Some.Slot(), 2, Some.Now, null).Next;

        Assert.Equal(guest.End, guest.ContactLeftAt());
        Assert.Equal(Some.Now.AddHours(1), guest.Cancel(null, Some.Now.AddHours(1), "op").Next.ContactLeftAt());
        Assert.Null(account.ContactLeftAt());
    }

    [Theory]
    [InlineData(TicketStatus.Waiting, AppointmentStatus.Arrived)]
    [InlineData(TicketStatus.Called, AppointmentStatus.Arrived)]
    [InlineData(TicketStatus.Serving, AppointmentStatus.Arrived)]
    [InlineData(TicketStatus.Parked, AppointmentStatus.Arrived)]
    [InlineData(TicketStatus.Served, AppointmentStatus.Served)]
    [InlineData(TicketStatus.NoShow, AppointmentStatus.NoShow)]
    [InlineData(TicketStatus.Cancelled, AppointmentStatus.Cancelled)]
    [InlineData(TicketStatus.Expired, AppointmentStatus.Cancelled)]
    public void What_becomes_of_the_ticket_becomes_of_the_appointment(TicketStatus ticket, AppointmentStatus appointment)
    {
        var booked = Appointment.Book(Some.Draft("a"), Some.Queue(), Some.Slot(), 1, Some.Now, null).Next;
        var (came, then) = (booked.Start.AddMinutes(-5), booked.Start.AddMinutes(10));
        var happened = Happened(ticket, came, then);

        var followed = booked.Follow(happened, then)!.Next;

        Assert.Equal((appointment, "t", came), (followed.Status, followed.TicketId, followed.ArrivedAt));
        Assert.Null(followed.Follow(happened, then.AddMinutes(1)));
    }

    [Theory]
    [InlineData(TicketStatus.Waiting, true)]
    [InlineData(TicketStatus.Served, false)]
    public void That_someone_arrived_is_told_of_who_was_expected_and_of_a_no_show_who_comes_all_the_same(TicketStatus ticket, bool arrived)
    {
        var expected = Appointment.Book(Some.Draft("a"), Some.Queue(), Some.Slot(), 1, Some.Now, null).Next;
        var given = Happened(ticket, expected.Start, expected.Start.AddMinutes(1)) with { By = "op" };
        var missed = expected.Follow(given with { Ticket = given.Ticket with { Status = TicketStatus.NoShow } }, given.OccurredAt)!;
        Assert.Equal("op", Assert.IsType<AppointmentMissed>(missed.Event).By);

        Assert.All([expected, missed.Next], before =>
        {
            var told = (IAppointmentEvent)before.Follow(given, given.OccurredAt)!.Event!;
            Assert.Equal((arrived, "op"), (told is AppointmentArrived, told.By));
        });
    }

    private static TicketCancelled Happened(TicketStatus ticket, DateTimeOffset came, DateTimeOffset then) =>
        new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = then,
            TicketId = "t",
            QueueId = "q1",
            Version = 3,
            Ticket = new TicketState
            {
                Id = "t",
                TicketNumber = "A-1",
                QueueId = "q1",
                QueueName = "Passports",
                ServiceDay = new DateOnly(2026, 3, 3),
                Status = ticket,
                CreatedAt = came,
                QueuedAt = came,
                Version = 3,
            },
        };
}
