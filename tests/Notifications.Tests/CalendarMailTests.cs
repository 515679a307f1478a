using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using SmartQueue.Contracts;
using SmartQueue.Hosting.Bus;
using SmartQueue.Hosting.Settings;
using SmartQueue.Notifications.Delivery;
using SmartQueue.Notifications.Domain;
using SmartQueue.Testing;
using Calendar = Ical.Net.Calendar;

namespace SmartQueue.Notifications.Tests;

/// <summary>Mails with a file for the calendar, as a program of the recipient's finds it.</summary>
public sealed class CalendarMailTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-28T10:00:00")]
    [InlineData("Europe/Berlin", "2026-03-29T08:00:00Z", "2026-03-29T10:00:00")]
    [InlineData("Europe/Berlin", "2026-10-24T08:00:00Z", "2026-10-24T10:00:00")]
    [InlineData("Europe/Berlin", "2026-10-25T09:00:00Z", "2026-10-25T10:00:00")]
    [InlineData("Australia/Sydney", "2026-04-05T00:00:00Z", "2026-04-05T10:00:00")]
    public async Task The_file_has_the_hour_that_the_wall_shows_on_both_sides_of_a_switch(string zone, string start, string local)
    {
        var begins = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture);
        var mail = await SentAsync(
            TemplateNames.AppointmentBooked,
            Samples.Appointment() with
            {
                TimeZone = zone,
                Start = begins,
                End = begins.AddMinutes(20),
            }
        );
        var calendar = CalendarOf(mail, "REQUEST");
        var told = Assert.Single(calendar.Events);
        Assert.Equal((zone, local), (told.Start!.TzId, told.Start.Value.ToString("s", CultureInfo.InvariantCulture)));
        Assert.Equal((begins.UtcDateTime, TimeSpan.FromMinutes(20)), (told.Start.AsUtc, told.End!.AsUtc - told.Start.AsUtc));
        Assert.Contains(calendar.TimeZones, z => z.TzId == zone);
    }

    [Fact]
    public async Task A_mail_program_finds_an_invitation_beside_the_text_and_a_file()
    {
        var mail = await SentAsync(TemplateNames.AppointmentBooked, Samples.Appointment());
        var forms = Assert.IsType<MultipartAlternative>(Assert.IsType<Multipart>(mail.Body)[0]);
        Assert.Equal(["text/plain", "text/html", "text/calendar"], forms.Select(f => f.ContentType.MimeType));
        Assert.Equal(("REQUEST", "utf-8"), (forms[2].ContentType.Parameters["method"], forms[2].ContentType.Charset));
        var file = Assert.IsType<MimePart>(Assert.Single(mail.Attachments));
        Assert.Equal("appointment.ics", file.FileName);
        using var content = new MemoryStream();
        await file.Content!.DecodeToAsync(content, Token);
        Assert.Equal(
            ((TextPart)forms[2]).Text.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(content.ToArray()).ReplaceLineEndings("\n")
        );
        var told = CalendarOf(mail, "REQUEST").Events[0]!;
        Assert.Equal("mailto:registro@example.org", told.Organizer!.Value!.ToString());
        Assert.Equal(
            ("mailto:ann@example.org", "ACCEPTED"),
            (told.Attendees.Single().Value!.ToString(), told.Attendees.Single().ParticipationStatus)
        );
        Assert.Equal("Your ticket A-42 …", mail.TextBody!.Trim());
    }

    [Theory]
    [InlineData(TemplateNames.AppointmentReminder)]
    [InlineData(TemplateNames.AppointmentMissed)]
    public async Task What_changes_nothing_in_a_calendar_has_no_file(string template)
    {
        var mail = await SentAsync(template, Samples.Appointment());
        Assert.Empty(mail.Attachments);
        Assert.Equal(2, Assert.IsType<MultipartAlternative>(mail.Body).Count);
    }

    [Fact]
    public async Task A_mailbox_knows_a_reminder_by_the_time_it_is_of()
    {
        var followed = FollowedAppointment.Hear(
            null,
            AppointmentNews.Of(Samples.Booked(Samples.Appointment())),
            TimeSpan.FromDays(1),
            Samples.Morning
        );
        var mail = await SentAsync(TemplateNames.AppointmentReminder, followed.Appointment, followed.ReminderKey);
        Assert.Equal($"a.reminder.{followed.Appointment.Start.ToUnixTimeMilliseconds()}.email@example.org", mail.MessageId);
    }

    [Fact]
    public async Task A_calendar_gets_one_entry_that_moves_and_is_taken_out()
    {
        await using var server = new SmtpReceiver();
        var time = new FakeTimeProvider(Samples.Morning);
        await using var host = await ServiceHost.StartAsync(
            [new NotificationsModule()],
            time,
            new Dictionary<string, string?> { ["SMTP_URL"] = server.Url }
        );
        var bus = host.Services.GetRequiredService<IEventPublisher>();
        var booked = Samples.Booked(Samples.Appointment());
        // Nobody is told of it, and the next that is told is later all the same.
        var corrected = Samples.Corrected(booked.Appointment);
        var moved = Samples.Moved(corrected.Appointment, 24);
        IEvent[] events = [booked, moved, Samples.Cancelled(moved.Appointment)];
        foreach (var (before, happened) in events.Index())
        {
            await bus.PublishAsync(happened, Token);
            await Eventually.TrueAsync(() =>
            {
                // A worker that just looked looks again a moment later.
                time.Advance(TimeSpan.FromMilliseconds(200));
                return Task.FromResult(server.Messages.Count > before);
            });
        }

        var mails = server.Messages.Select(Parse).ToList();
        var entries = mails.Zip((string[])["REQUEST", "REQUEST", "CANCEL"], (m, method) => CalendarOf(m, method).Events.Single()).ToList();
        Assert.Equal([0, 2, 3], entries.Select(e => e.Sequence));
        Assert.Equal("a@smartqueue", Assert.Single(entries.Select(e => e.Uid).Distinct()));
        Assert.Equal(["CONFIRMED", "CONFIRMED", "CANCELLED"], entries.Select(e => e.Status));
        Assert.Equal(
            [booked.Appointment.Start.UtcDateTime, moved.Appointment.Start.UtcDateTime, moved.Appointment.Start.UtcDateTime],
            entries.Select(e => e.Start!.AsUtc)
        );
        Assert.Equal(["ann@example.org", "anne@example.org", "anne@example.org"], mails.Select(m => m.To.Mailboxes.Single().Address));
    }

    /// <summary>A mail of this template, as it arrives.</summary>
    private static async Task<MimeMessage> SentAsync(string template, AppointmentState appointment, string eventId = "e")
    {
        await using var server = new SmtpReceiver();
        await using var sender = new EmailSender(
            EmailOptions.Read(
                new SettingsReader(
                    new ConfigurationBuilder()
                        .AddInMemoryCollection([new("SMTP_URL", server.Url), new("SMTP_FROM", "Registro <registro@example.org>")])
                        .Build()
                )
            )!,
            TimeProvider.System
        );
        await sender.SendAsync(
            Samples.Pending() with
            {
                EventId = eventId,
                Template = template,
                Appointment = FollowedAppointment.Anonymous(appointment),
            },
            Token
        );
        return Parse(Assert.Single(server.Messages));
    }

    private static Calendar CalendarOf(MimeMessage mail, string method)
    {
        var part = mail.BodyParts.OfType<TextPart>().Single(p => p.ContentType.IsMimeType("text", "calendar"));
        var calendar = Calendar.Load(part.Text)!;
        Assert.Equal((method, method), (part.ContentType.Parameters["method"], calendar.Method));
        return calendar;
    }

    private static MimeMessage Parse(string text) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), Token);
}
