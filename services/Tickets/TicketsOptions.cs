using SmartQueue.Hosting.Settings;

namespace SmartQueue.Tickets;

/// <summary>Settings of the ticket service.</summary>
/// <param name="SweepInterval">How often lines are looked after: expiry at the service day's end, no-shows, places of requests that died.</param>
/// <param name="RecoverAfter">How old half-done work must be before it is finished or taken back.</param>
internal sealed record TicketsOptions(TimeSpan SweepInterval, TimeSpan RecoverAfter)
{
    public static TicketsOptions From(SettingsReader settings) => new(
        settings.Duration("LINE_SWEEP_INTERVAL", TimeSpan.FromSeconds(10)),
        settings.Duration("LINE_RECOVER_AFTER", TimeSpan.FromSeconds(60)));
}
