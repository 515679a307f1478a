using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Notifications.Storage;
using SmartQueue.Testing;

namespace SmartQueue.Notifications.Tests;

/// <summary>What the holders of appointments are told, by which channels and when.</summary>
public sealed class AppointmentTellingTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(Samples.Morning);
    private readonly FakeSender email = new();
    private readonly FakeSender sms = new() { Channel = Channels.Sms };
    private ServiceHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private INotificationStore Store => host!.Services.GetRequiredService<INotificationStore>();

    private AppointmentNoticeDesk Desk => host!.Services.GetRequiredService<AppointmentNoticeDesk>();

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("en", "Appointment booked", "Your appointment at Registry {date} is booked: Wednesday, November 25, 2026, 9:00 AM.")]
    [InlineData("de-AT", "Termin gebucht", "Ihr Termin bei Registry {date} ist gebucht: Mittwoch, 25. November 2026, 09:00 Uhr.")]
    [InlineData("tr", "Randevu alındı", "Registry {date} için randevunuz alındı: 25 Kasım 2026 Çarşamba, 09:00.")]
    public async Task A_booking_is_confirmed_in_the_language_and_by_the_clock_of_the_place(string language, string subject, string message)
    {
        await StartAsync();
        await PublishAsync(Samples.Booked(Samples.Appointment(language: language)));
        var told = await EmailedAsync(1);
        Assert.Equal((subject, message, "ann@example.org"), (told[0].Subject, told[0].Message, told[0].Recipient));
    }

    [Fact]
    public async Task Each_event_is_told_once_in_words_of_its_own_and_a_reason_is_added()
    {
        await StartAsync();
        var booked = Samples.Booked(Samples.Appointment());
        var moved = Samples.Moved(booked.Appointment, 5);
        var corrected = Samples.Corrected(moved.Appointment);
        var cancelled = Samples.Cancelled(corrected.Appointment, "The office is closed.");
        var missed = Samples.Missed(Samples.Appointment("b"));
        foreach (var happened in new IEvent[] { booked, booked, moved, corrected, moved, cancelled, cancelled, missed })
            await HearAsync(happened);

        Assert.Equal(
            [
                (TemplateNames.AppointmentBooked, booked.EventId, "ann@example.org"),
                (TemplateNames.AppointmentMoved, moved.EventId, "ann@example.org"),
                (TemplateNames.AppointmentCancelled, cancelled.EventId, "anne@example.org"),
                (TemplateNames.AppointmentMissed, missed.EventId, "ann@example.org"),
            ],
            (await EmailedAsync(4)).Select(n => (n.Template, Guid.Parse(n.EventId), n.Recipient))
        );
        Assert.Equal(4, (await AllAsync()).Count);
        Assert.EndsWith(
            "Wednesday, November 25, 2026, 2:00 PM.\n\nThe office is closed.",
            (await EmailedAsync(4)).Single(n => n.Template == TemplateNames.AppointmentCancelled).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_is_expected_is_told_how_far_the_line_is_behind_once_and_again_when_it_grows()
    {
        await StartAsync();
        var booked = Samples.Booked(Samples.Appointment() with { Phone = "+34600111222" });
        var first = Samples.Behind(booked.Appointment, 15);
        var second = Samples.Behind(first.Appointment, 30);
        var third = Samples.Behind(second.Appointment, 45);
        foreach (var happened in new IEvent[] { booked, first, first, third, second, third })
            await HearAsync(happened);
        Assert.Equal(
            [
                (first.EventId, "Your 9:00 AM appointment at Registry {date} is about 15 minutes behind. You may come that much later."),
                (third.EventId, "Your 9:00 AM appointment at Registry {date} is about 45 minutes behind. You may come that much later."),
            ],
            (await EmailedAsync(3)).Skip(1).Select(n => (Guid.Parse(n.EventId), n.Message))
        );
        await Eventually.TrueAsync(() => Task.FromResult(sms.Sent.Count == 2));

        // Another time is another matter, and after all it is of no use.
        var moved = Samples.Moved(third.Appointment, 5);
        var late = Samples.Behind(moved.Appointment, 15);
        time.SetUtcNow(late.Appointment.Start.AddMinutes(14));
        foreach (var happened in new IEvent[] { moved, Samples.Behind(third.Appointment, 60), late })
            await HearAsync(happened);
        Assert.Contains((await EmailedAsync(4)), n => n.EventId == late.EventId.ToString());
        time.SetUtcNow(late.Appointment.Start.AddMinutes(30));
        var tooLate = Samples.Behind(late.Appointment, 30);
        await HearAsync(tooLate);
        await HearAsync(Samples.Behind(Samples.Cancelled(tooLate.Appointment).Appointment, 60));
        Assert.Equal(
            [Suppression.TooLate],
            (await AllAsync()).Where(n => n.EventId == tooLate.EventId.ToString()).Select(n => n.LastError).Distinct()
        );
    }

    [Fact]
    public async Task What_was_overtaken_on_its_way_is_told_as_things_are_now()
    {
        await StartAsync();
        var booked = Samples.Booked(Samples.Appointment());
        var moved = Samples.Moved(booked.Appointment, 5);
        await HearAsync(booked);
        await HearAsync(Samples.Corrected(moved.Appointment));
        await HearAsync(moved);
        var told = (await EmailedAsync(2))[1];
        Assert.Equal(
            (TemplateNames.AppointmentMoved, moved.EventId.ToString(), "anne@example.org"),
            (told.Template, told.EventId, told.Recipient)
        );
        Assert.Equal((moved.Appointment.Start, 3L), (told.Appointment!.Start, told.Appointment.Version));
    }

    [Fact]
    public async Task The_events_are_heard_from_the_bus()
    {
        await StartAsync();
        var appointment = Samples.Appointment();
        await PublishAsync(Samples.Booked(appointment));
        await EmailedAsync(1);
        var moved = Samples.Moved(appointment, 1);
        await PublishAsync(moved);
        await EmailedAsync(2);
        await PublishAsync(Samples.Cancelled(moved.Appointment));
        await EmailedAsync(3);
        await PublishAsync(Samples.Missed(Samples.Appointment("b")));
        await EmailedAsync(4);
        var other = Samples.Appointment("c");
        await PublishAsync(Samples.Booked(other));
        await EmailedAsync(5);
        await PublishAsync(Samples.Arrived(other));
        await Eventually.TrueAsync(async () =>
            (await Store.FindAppointmentAsync("c", Token))?.Appointment.Status == AppointmentStatus.Arrived
        );
    }

    [Fact]
    public async Task Who_gave_a_phone_number_alone_is_told_all_by_text_message_and_who_gave_both_what_cannot_be_missed()
    {
        await StartAsync();
        var both = Samples.Appointment("both") with { Phone = "+34600111222" };
        var phone = both with { Id = "phone", Email = null };
        foreach (var appointment in new[] { both, phone })
        {
            await HearAsync(Samples.Booked(appointment));
            var moved = Samples.Moved(appointment, 5);
            await HearAsync(moved);
            await HearAsync(Samples.Cancelled(moved.Appointment));
            await HearAsync(Samples.Missed(appointment with { Id = appointment.Id + "-2" }));
        }

        await Eventually.TrueAsync(() => Task.FromResult(sms.Sent.Count == 6));
        Assert.Equal(
            [TemplateNames.AppointmentCancelled, TemplateNames.AppointmentMoved],
            sms.Sent.Where(n => n.Appointment!.Id.StartsWith("both", StringComparison.Ordinal)).Select(n => n.Template).Order()
        );
        Assert.All(await EmailedAsync(4), n => Assert.StartsWith("both", n.Appointment!.Id, StringComparison.Ordinal));
        // A guest has no page that shows it.
        Assert.DoesNotContain(await AllAsync(), n => n.Type == Channels.InApp);
    }

    [Fact]
    public async Task An_account_is_told_where_it_wants_in_its_language_and_of_itself_nothing_is_kept_beside_it()
    {
        await StartAsync();
        await Store.SaveContactAsync(new Contact("user-1", "account@example.org", null, 1), Token);
        await Store.SavePreferencesAsync("user-1", Preferences.Default with { Language = "de", Email = false }, Token);
        await HearAsync(Samples.Booked(Samples.Appointment(userId: "user-1") with { Email = null }));
        var all = await AllAsync();
        Assert.Equal(
            [
                (Channels.Email, DeliveryStatus.Suppressed, "The person has switched this channel off.", "Termin gebucht"),
                (Channels.InApp, DeliveryStatus.Sent, null, "Termin gebucht"),
            ],
            all.Select(n => (n.Type, n.Status, n.LastError, n.Subject)).Order()
        );
        Assert.All(all, n => Assert.Equal((null, null, null), (n.Appointment!.UserId, n.Appointment.CustomerName, n.Appointment.Email)));
        await PublishAsync(Samples.Erased("user-1"));
        await Eventually.TrueAsync(async () => (await AllAsync()).Count == 0);
        Assert.Null(await Store.FindAppointmentAsync("a", Token));
    }

    [Fact]
    public async Task With_a_public_address_mails_and_text_messages_lead_to_the_appointment_and_carry_no_token()
    {
        await StartAsync(new() { ["PUBLIC_URL"] = "https://example.org/queue/" });
        var appointment = Samples.Appointment("a 1", userId: "user-1") with { Phone = "+34600111222" };
        var moved = Samples.Moved(appointment, 5);
        await HearAsync(Samples.Booked(appointment));
        await HearAsync(moved);
        await HearAsync(Samples.Cancelled(moved.Appointment));
        await EmailedAsync(3);
        Assert.Equal(
            [
                (Channels.Email, TemplateNames.AppointmentBooked, true),
                (Channels.Email, TemplateNames.AppointmentCancelled, false),
                (Channels.Email, TemplateNames.AppointmentMoved, true),
                (Channels.InApp, TemplateNames.AppointmentBooked, false),
                (Channels.InApp, TemplateNames.AppointmentCancelled, false),
                (Channels.InApp, TemplateNames.AppointmentMoved, false),
                (Channels.Sms, TemplateNames.AppointmentCancelled, false),
                (Channels.Sms, TemplateNames.AppointmentMoved, true),
            ],
            (await AllAsync())
                .Select(n => (n.Type, n.Template, n.Message.EndsWith("\n\nhttps://example.org/queue/a/a%201", StringComparison.Ordinal)))
                .Order()
        );
        Assert.DoesNotContain(await AllAsync(), n => n.Message.Contains('#', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_public_address_there_is_no_link()
    {
        await StartAsync();
        await HearAsync(Samples.Booked(Samples.Appointment()));
        Assert.DoesNotContain("/a/", (await EmailedAsync(1))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_was_waiting_to_be_sent_is_not_sent_after_a_later_one()
    {
        email.Script.Enqueue(FakeSender.Fails(DeliveryFault.NotTaken));
        await StartAsync();
        var booked = Samples.Booked(Samples.Appointment());
        await Desk.HearAsync(AppointmentNews.Of(booked), Token);
        await Eventually.TrueAsync(async () => (await AllAsync()).Single() is { Attempts: 1, InFlight: false });
        await Desk.HearAsync(AppointmentNews.Of(Samples.Moved(booked.Appointment, 5)), Token);
        Assert.Equal(TemplateNames.AppointmentMoved, (await EmailedAsync(1))[0].Template);
        time.Advance(TimeSpan.FromMinutes(1));
        var first = await Eventually.GetAsync(
            async () => (await AllAsync()).Single(n => n.EventId == booked.EventId.ToString()),
            n => n.Status != DeliveryStatus.Pending
        );
        Assert.Equal((DeliveryStatus.Suppressed, "The appointment has changed since."), (first.Status, first.LastError));
        Assert.Single(email.Sent);
    }

    [Fact]
    public async Task What_is_heard_of_once_it_has_begun_is_kept_and_wakes_nobody()
    {
        await StartAsync();
        time.SetUtcNow(Samples.Appointment().Start);
        await HearAsync(Samples.Booked(Samples.Appointment()));
        Assert.Equal(
            (DeliveryStatus.Suppressed, "It was heard of too late to be of use."),
            (await AllAsync()).Select(n => (n.Status, n.LastError)).Single()
        );
    }

    [Fact]
    public async Task A_reminder_comes_a_day_before_once_also_after_a_restart()
    {
        var appointment = Samples.Appointment();
        await StartAsync();
        await HearAsync(Samples.Booked(appointment));
        await EmailedAsync(1);
        time.SetUtcNow(appointment.Start.AddHours(-24).AddMinutes(-1));
        await SweptAsync();
        Assert.Single(email.Sent);
        await RestartAsync();
        time.SetUtcNow(appointment.Start.AddHours(-24));
        var reminder = (await EmailedAsync(2))[1];
        Assert.Equal(
            (TemplateNames.AppointmentReminder, "Your appointment at Registry {date} is near: Wednesday, November 25, 2026, 9:00 AM."),
            (reminder.Template, reminder.Message)
        );
        await RestartAsync();
        time.Advance(TimeSpan.FromHours(1));
        await SweptAsync();
        Assert.Equal(2, email.Sent.Count);
    }

    [Fact]
    public async Task A_reminder_that_was_due_while_nothing_ran_comes_late_but_not_after_the_beginning()
    {
        var soon = Samples.Appointment("soon");
        var over = Samples.Appointment("over") with { Start = soon.Start.AddHours(-5) };
        await StartAsync();
        await HearAsync(Samples.Booked(soon));
        await HearAsync(Samples.Booked(over));
        await EmailedAsync(2);
        await StopAsync();
        time.SetUtcNow(over.Start);
        await StartAsync();
        Assert.Equal("soon", (await EmailedAsync(3))[2].Appointment!.Id);
        await SweptAsync();
        Assert.Equal(3, email.Sent.Count);
        Assert.Null((await Store.FindAppointmentAsync("over", Token))!.RemindAt);
    }

    [Fact]
    public async Task A_reminder_moves_with_its_appointment_and_goes_with_it()
    {
        await StartAsync();
        var moved = Samples.Moved(Samples.Appointment("moved"), 24);
        await HearAsync(Samples.Booked(Samples.Appointment("moved")));
        await HearAsync(moved);
        await HearAsync(Samples.Booked(Samples.Appointment("cancelled")));
        await HearAsync(Samples.Cancelled(Samples.Appointment("cancelled")));
        await EmailedAsync(4);
        time.SetUtcNow(moved.Appointment.Start.AddHours(-24).AddSeconds(-1));
        await SweptAsync();
        Assert.Equal(4, email.Sent.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        var reminder = (await EmailedAsync(5))[4];
        Assert.Equal(("moved", moved.Appointment.Start), (reminder.Appointment!.Id, reminder.Appointment.Start));
        await SweptAsync();
        Assert.Equal(5, email.Sent.Count);
    }

    [Fact]
    public async Task Of_many_that_remind_of_one_appointment_each_channel_tells_it_once()
    {
        await StartAsync();
        await HearAsync(Samples.Booked(Samples.Appointment() with { Phone = "+34600111222" }));
        var due = (await Store.FindAppointmentAsync("a", Token))!;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Desk.RemindAsync(due, Token)));
        Assert.Equal(
            [Channels.Email, Channels.Sms],
            (await AllAsync()).Where(n => n.Template == TemplateNames.AppointmentReminder).Select(n => n.Type).Order()
        );
        // One of them died before it noted that it had.
        var moved = due with { Version = due.Version + 1 };
        Assert.True(await Store.SaveAppointmentAsync(moved with { Version = due.Version + 2 }, Token));
        await Desk.RemindAsync(moved with { Version = due.Version + 2 }, Token);
        Assert.Equal(2, (await AllAsync()).Count(n => n.Template == TemplateNames.AppointmentReminder));
    }

    [Fact]
    public async Task Of_what_was_moved_between_being_found_and_being_told_nobody_is_reminded_too_early()
    {
        await StartAsync();
        await HearAsync(Samples.Booked(Samples.Appointment()));
        var due = (await Store.FindAppointmentAsync("a", Token))!;
        var moved = Samples.Moved(due.Appointment, 24);
        await HearAsync(moved);
        await Desk.RemindAsync(due, Token);
        Assert.DoesNotContain(await AllAsync(), n => n.Template == TemplateNames.AppointmentReminder);
        Assert.Equal(moved.Appointment.Start.AddHours(-24), (await Store.FindAppointmentAsync("a", Token))!.RemindAt);
    }

    [Fact]
    public async Task While_notifications_are_switched_off_nothing_is_told_and_what_ended_is_known_after()
    {
        await StartAsync(new() { ["ENABLE_NOTIFICATIONS"] = "false" });
        await HearAsync(Samples.Booked(Samples.Appointment()));
        await HearAsync(Samples.Booked(Samples.Appointment("b")));
        await HearAsync(Samples.Cancelled(Samples.Appointment("b")));
        Assert.Empty(await AllAsync());
        await StopAsync();
        await StartAsync();
        time.SetUtcNow(Samples.Appointment().Start.AddHours(-24));
        Assert.Equal(
            ("a", TemplateNames.AppointmentReminder),
            (await EmailedAsync(1)).Select(n => (n.Appointment!.Id, n.Template)).Single()
        );
    }

    [Theory]
    [InlineData(null, 24 * 60)]
    [InlineData("90m", 90)]
    [InlineData("0", null)]
    [InlineData("off", null)]
    [InlineData("OFF", null)]
    public async Task How_long_before_is_a_setting(string? text, int? minutes)
    {
        await StartAsync(new() { ["APPOINTMENT_REMINDER"] = text });
        await HearAsync(Samples.Booked(Samples.Appointment()));
        var followed = await Store.FindAppointmentAsync("a", Token);
        Assert.Equal(minutes, (followed!.Appointment.Start - followed.RemindAt)?.TotalMinutes);
    }

    [Theory]
    [InlineData("-1h")]
    [InlineData("a day")]
    public async Task A_wrong_setting_stops_the_start(string text) =>
        Assert.StartsWith(
            "APPOINTMENT_REMINDER",
            (await Assert.ThrowsAsync<StartupException>(() => StartAsync(new() { ["APPOINTMENT_REMINDER"] = text }))).Message,
            StringComparison.Ordinal
        );

    private async Task StartAsync(Dictionary<string, string?>? settings = null) =>
        host = await ServiceHost.StartAsync(
            [new NotificationsModule()],
            time,
            settings,
            services =>
                services.AddSingleton(new DeliveryOptions { PerAddress = 0 }).AddSingleton<ISender>(email).AddSingleton<ISender>(sms),
            folder
        );

    private async Task StopAsync()
    {
        await host!.DisposeAsync();
        host = null;
    }

    private async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private Task PublishAsync(IEvent happened) => host!.Services.GetRequiredService<IEventPublisher>().PublishAsync(happened, Token);

    /// <summary>Takes in an event, and waits until what comes of it is sent: a message that is overtaken before is not.</summary>
    private async Task HearAsync(IEvent happened)
    {
        await Desk.HearAsync(AppointmentNews.Of(happened), Token);
        await Eventually.TrueAsync(async () => (await Store.MeasureAsync(Token)).Count == 0);
    }

    private Task<IReadOnlyList<Notification>> AllAsync() => Store.ListAsync(new(null, null, null), null, 200, Token);

    /// <summary>The mails that were sent, once there are so many. Lets the clock of the service go on meanwhile.</summary>
    private async Task<List<Notification>> EmailedAsync(int count)
    {
        await Eventually.TrueAsync(() =>
        {
            if (email.Sent.Count < count)
                time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(email.Sent.Count >= count);
        });
        Assert.Equal(count, email.Sent.Count);
        return [.. email.Sent];
    }

    /// <summary>Returns once all that is due by now was looked at and sent: a reminder that comes after all others is.</summary>
    private async Task SweptAsync()
    {
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            foreach (var due in await Desk.DueAsync(100, Token))
                await Desk.RemindAsync(due, Token);
            return (await Store.MeasureAsync(Token)).Count == 0 && (await Desk.DueAsync(1, Token)).Count == 0;
        });
    }
}
