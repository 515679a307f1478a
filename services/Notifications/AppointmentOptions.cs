using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications;

/// <summary>What holders of appointments are told beside the news.</summary>
/// <param name="Reminder"><c>APPOINTMENT_REMINDER</c>, default <c>24h</c>: how long before its beginning there is a reminder; <c>null</c>,
/// set as <c>0</c> or <c>off</c>, for none.</param>
/// <param name="PublicUrl">Where people reach the pages from outside; <c>null</c> where nobody said, and messages have no link.</param>
internal sealed record AppointmentOptions(TimeSpan? Reminder, Uri? PublicUrl)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static AppointmentOptions From(ModuleContext context) =>
        new(
            context.Settings.DurationOrOff("APPOINTMENT_REMINDER", TimeSpan.FromHours(24)),
            context.PublicUrlIsSet ? context.PublicUrl : null
        );

    /// <summary>The page of an appointment. It has no token in it: events carry none, and who booked without an account has it in the
    /// browser they booked with.</summary>
    public string? PageOf(string appointmentId) =>
        PublicUrl is { } url ? $"{url.AbsoluteUri.TrimEnd('/')}/a/{Uri.EscapeDataString(appointmentId)}" : null;
}
