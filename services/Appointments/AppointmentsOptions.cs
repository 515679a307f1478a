using SmartQueue.Hosting.Settings;

namespace SmartQueue.Appointments;

/// <summary>Settings of the appointment service.</summary>
/// <param name="SweepInterval">How often those are looked for who did not come, or did not confirm.</param>
/// <param name="Behind">How far behind its time an appointment is when its holder is told, and how much further when they are told again;
/// <c>null</c> to tell nobody.</param>
/// <param name="Hold">How long a place is held for who has not yet said who comes.</param>
/// <param name="HeldPerNetwork">The most appointments of a queue that guests of one network have before them; 0 for any number.</param>
/// <param name="BookingsPerMinute">The most appointments of a queue that guests of one network book in a minute; 0 for any
/// number.</param>
/// <param name="ContactRetention">How long what tells who a guest was is kept after their appointment's end; <c>null</c> for
/// ever.</param>
/// <param name="PublicUrl">Where people reach the system from outside.</param>
/// <param name="Organizer">Who invites, in files for calendars: the address that mail is from, as in the mail that has the same
/// appointment, and where there is none <paramref name="PublicUrl"/>.</param>
internal sealed record AppointmentsOptions(
    TimeSpan SweepInterval,
    TimeSpan? Behind,
    TimeSpan Hold,
    int HeldPerNetwork,
    int BookingsPerMinute,
    TimeSpan? ContactRetention,
    Uri PublicUrl,
    Uri Organizer
)
{
    public static AppointmentsOptions From(SettingsReader settings, Uri publicUrl) =>
        new(
            settings.Duration("APPOINTMENT_SWEEP_INTERVAL", TimeSpan.FromSeconds(30)),
            settings.DurationOrOff("APPOINTMENT_BEHIND", TimeSpan.FromMinutes(15)),
            settings.Duration("APPOINTMENT_HOLD", TimeSpan.FromMinutes(5)),
            settings.Number("GUEST_PLACES_PER_NETWORK", 30, 0, 1_000_000),
            settings.Number("GUEST_JOINS_PER_MINUTE", 20, 0, 10_000),
            settings.ContactRetention(),
            publicUrl,
            MailSender.Read(settings) is { } sender ? new Uri("mailto:" + sender.Address) : publicUrl
        );
}
