using SmartQueue.Appointments.Domain;

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
}
