using SmartQueue.Contracts;
using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Tests;

/// <summary>What is told of an appointment in whatever order it is heard of.</summary>
public sealed class FollowedAppointmentTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Booked, moved, corrected, moved again.</summary>
    private static readonly IReadOnlyList<IEvent> Life = LifeOf(Samples.Appointment());

    private static DateTimeOffset Last => ((AppointmentChanged)Life[^1]).Appointment.Start;

    public static TheoryData<string> Orders => [.. Permutations("0123")];

    [Theory]
    [MemberData(nameof(Orders))]
    public void In_whatever_order_it_is_heard_the_last_time_told_is_the_one_that_holds(string order)
    {
        var (told, end) = Tell(order.Select(i => Life[i - '0']));
        Assert.Equal(Last, told[^1].Start);
        Assert.Equal(told.Select(t => t.Start).Order(), told.Select(t => t.Start));
        Assert.Equal((Last, Last - Day), (end.Appointment.Start, end.RemindAt));
        Assert.Equal("anne@example.org", end.Appointment.Email);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void What_comes_again_is_told_as_the_same_or_not_at_all(string order)
    {
        var events = order.Select(i => Life[i - '0']).ToList();
        var (once, end) = Tell(events);
        var (twice, same) = Tell(events.SelectMany(e => (IEvent[])[e, e]));
        Assert.Equal(once, twice.Distinct());
        Assert.Equal(end, same);
        Assert.Equal(end, Tell(events, events).End);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Once_it_is_cancelled_nothing_but_that_is_told_and_nobody_is_reminded(string order)
    {
        var last = ((AppointmentChanged)Life[^1]).Appointment;
        var cancelled = Samples.Cancelled(last);
        var (told, end) = Tell(order.Select(i => Life[i - '0']).Prepend(cancelled));
        Assert.Equal([(cancelled.EventId.ToString(), last.Start)], told);
        Assert.Null(end.RemindAt);
    }

    [Fact]
    public void A_correction_tells_nobody_also_where_it_is_the_first_that_is_heard()
    {
        var appointment = Samples.Appointment();
        var corrected = Samples.Corrected(appointment);
        Assert.Empty(Tell([corrected]).Told);
        var booked = Samples.Booked(appointment);
        Assert.Equal([(booked.EventId.ToString(), appointment.Start)], Tell([booked, corrected]).Told);
        Assert.Equal([(booked.EventId.ToString(), appointment.Start)], Tell([corrected, booked]).Told);
    }

    [Fact]
    public void A_time_that_was_left_and_taken_again_is_told_again_and_in_order()
    {
        var there = Samples.Moved(Samples.Appointment(), 5);
        var back = Samples.Moved(there.Appointment, -5);
        IEvent[] events = [Samples.Booked(Samples.Appointment()), there, back];
        Assert.Equal([0, 5, 0], Tell(events).Told.Select(t => (t.Start - Samples.Appointment().Start).TotalHours));
        // Where that it was away is heard of late, they have been told when it is.
        Assert.Equal([0], Tell([events[0], back, there]).Told.Select(t => (t.Start - Samples.Appointment().Start).TotalHours));
    }

    [Fact]
    public void Who_booked_or_moved_it_less_than_that_before_is_not_reminded()
    {
        var appointment = Samples.Appointment();
        Assert.Equal(appointment.Start - Day, Heard(null, Samples.Booked(appointment), Samples.Morning).RemindAt);
        Assert.Null(Heard(null, Samples.Booked(appointment), appointment.Start - Day).RemindAt);
        Assert.Null(FollowedAppointment.Hear(null, AppointmentNews.Of(Samples.Booked(appointment)), null, Samples.Morning).RemindAt);
        var booked = Heard(null, Samples.Booked(appointment), Samples.Morning);
        Assert.Null(Heard(booked, Samples.Moved(appointment, -24), Samples.Morning).RemindAt);
        Assert.Null(Heard(booked, Samples.Arrived(appointment), Samples.Morning).RemindAt);
    }

    [Fact]
    public void Who_has_come_is_told_no_time_any_more()
    {
        var appointment = Samples.Appointment();
        Assert.Empty(Tell([Samples.Arrived(appointment), Samples.Booked(appointment)]).Told);
        Assert.Empty(Tell([Samples.Missed(appointment, ticketId: "t"), Samples.Booked(appointment)]).Told);
    }

    [Fact]
    public void A_correction_takes_no_reminder_away_that_is_due_and_not_sent_yet()
    {
        var booked = Samples.Booked(Samples.Appointment());
        var followed = Heard(null, booked, Samples.Morning);
        Assert.Equal(
            followed.RemindAt,
            Heard(followed, Samples.Corrected(booked.Appointment), followed.RemindAt!.Value.AddMinutes(1)).RemindAt
        );
    }

    [Fact]
    public void A_correction_after_a_reminder_brings_no_second_and_another_time_does()
    {
        var booked = Samples.Booked(Samples.Appointment());
        var followed = Heard(null, booked, Samples.Morning);
        var reminded = followed.Reminded();
        var corrected = Samples.Corrected(booked.Appointment);
        var later = Samples.Morning.AddDays(1).AddHours(1);
        Assert.Null(Heard(reminded, corrected, later).RemindAt);
        var moved = Heard(Heard(reminded, corrected, later), Samples.Moved(corrected.Appointment, 48), later);
        Assert.Equal(moved.Appointment.Start - Day, moved.RemindAt);
        Assert.NotEqual(followed.ReminderKey, moved.ReminderKey);
    }

    [Fact]
    public void What_is_kept_of_one_that_is_over_does_not_tell_whose_it_was()
    {
        var appointment = Samples.Appointment(userId: "user-1") with { Phone = "+34600111222" };
        foreach (var end in new IEvent[] { Samples.Cancelled(appointment), Samples.Missed(appointment), Samples.Arrived(appointment) })
        {
            var kept = Heard(Heard(null, Samples.Booked(appointment), Samples.Morning), end, Samples.Morning).Appointment;
            Assert.Equal((null, null, null, null), (kept.UserId, kept.CustomerName, kept.Email, kept.Phone));
        }
    }

    [Fact]
    public void Who_came_and_was_not_there_when_called_hears_that_of_their_ticket()
    {
        Assert.Equal(TemplateNames.AppointmentMissed, AppointmentNews.Of(Samples.Missed(Samples.Appointment())).Template);
        Assert.Null(AppointmentNews.Of(Samples.Missed(Samples.Appointment(), ticketId: "t")).Template);
    }

    private static IReadOnlyList<IEvent> LifeOf(AppointmentState appointment)
    {
        var moved = Samples.Moved(appointment, 1);
        var corrected = Samples.Corrected(moved.Appointment);
        return [Samples.Booked(appointment), moved, corrected, Samples.Moved(corrected.Appointment, 1)];
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void In_whatever_order_it_is_heard_how_far_the_line_is_behind_grows_and_is_of_the_time_that_holds(string order)
    {
        var ofBefore = Samples.Behind(Samples.Appointment(), 90);
        var moved = Samples.Moved(ofBefore.Appointment, 5);
        var first = Samples.Behind(moved.Appointment, 15);
        var second = Samples.Behind(first.Appointment, 30);
        IEvent[] events = [ofBefore, moved, first, second];
        FollowedAppointment? known = null;
        var told = new List<TimeSpan>();
        foreach (var news in order.Select(i => AppointmentNews.Of(events[i - '0'])))
        {
            known = FollowedAppointment.Hear(known, news, Day, Samples.Morning);
            if (news.Behind is { } behind && known.IsTold(news.EventId) && known.Appointment.Start == moved.Appointment.Start)
                told.Add(behind);
        }

        Assert.Equal(new ToldDelay($"{second.EventId}", moved.Appointment.Start, TimeSpan.FromMinutes(30)), known!.ToldDelay);
        Assert.Equal(told.Order(), told);
        Assert.Null(
            FollowedAppointment
                .Hear(null, AppointmentNews.Of(Samples.Behind(Samples.Cancelled(moved.Appointment).Appointment, 30)), Day, Samples.Morning)
                .ToldDelay
        );
    }

    private static FollowedAppointment Heard(FollowedAppointment? known, IEvent happened, DateTimeOffset now) =>
        FollowedAppointment.Hear(known, AppointmentNews.Of(happened), Day, now);

    /// <returns>By which event its holder is told which time, and the state in the end.</returns>
    private static (List<(string EventId, DateTimeOffset Start)> Told, FollowedAppointment End) Tell(params IEnumerable<IEvent>[] events)
    {
        var told = new List<(string, DateTimeOffset)>();
        FollowedAppointment? known = null;
        foreach (var news in events.SelectMany(e => e).Select(AppointmentNews.Of))
        {
            known = FollowedAppointment.Hear(known, news, Day, Samples.Morning);
            if (known.ToldOf == news.EventId)
                told.Add((news.EventId, known.Appointment.Start));
        }

        return (told, known!);
    }

    private static IEnumerable<string> Permutations(string of) =>
        of.Length == 0
            ? [""]
            : of.SelectMany(first => Permutations(of.Replace($"{first}", "", StringComparison.Ordinal)).Select(r => first + r));
}
