using SmartQueue.Hosting.Settings;

namespace SmartQueue.Tickets;

/// <summary>Settings of the ticket service.</summary>
/// <param name="SweepInterval">How often lines are looked after: expiry at the service day's end, no-shows, places of requests that
/// died.</param>
/// <param name="RecoverAfter">How old half-done work must be before it is finished or taken back.</param>
/// <param name="PlacesPerNetwork">The most places of a queue that guests of one network hold at once; 0 for any number.</param>
/// <param name="JoinsPerMinute">The most numbers of a queue that guests of one network take in a minute; 0 for any number.</param>
/// <param name="ContactRetention">How long what tells who a guest was is kept after their ticket's end; <c>null</c> for ever.</param>
/// <param name="TicketRetention">How long closed tickets stay among those that lines are made of, where the store has another place for
/// them; <c>null</c> for ever. A week at least: no line gives numbers of a day that is so long ago.</param>
internal sealed record TicketsOptions(
    TimeSpan SweepInterval,
    TimeSpan RecoverAfter,
    int PlacesPerNetwork,
    int JoinsPerMinute,
    TimeSpan? ContactRetention,
    TimeSpan? TicketRetention
)
{
    public static TicketsOptions From(SettingsReader settings) =>
        new(
            settings.Duration("LINE_SWEEP_INTERVAL", TimeSpan.FromSeconds(10)),
            settings.Duration("LINE_RECOVER_AFTER", TimeSpan.FromSeconds(60)),
            settings.Number("GUEST_PLACES_PER_NETWORK", 30, 0, 1_000_000),
            settings.Number("GUEST_JOINS_PER_MINUTE", 20, 0, 10_000),
            settings.ContactRetention(),
            settings.Retention("TICKET_RETENTION", TimeSpan.FromDays(30), TimeSpan.FromDays(7))
        );
}
