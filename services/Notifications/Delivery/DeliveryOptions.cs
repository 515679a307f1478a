using SmartQueue.Hosting.Settings;

namespace SmartQueue.Notifications.Delivery;

/// <summary>How persistently messages are delivered.</summary>
internal sealed record DeliveryOptions
{
    /// <summary><c>NOTIFICATION_ATTEMPTS</c>: attempts before a message is given up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary><c>NOTIFICATION_MAX_AGE</c>: older ones are given up untried, since "it is your turn" helps nobody an hour later.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The wait after the first failure; it doubles from one to the next.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often what is due is looked for, beside being told.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long who keeps failing is left alone: the provider, the domain of an email address, a push service.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Attempts in a row that must fail before.</summary>
    public int BreakAfter { get; init; } = 5;

    /// <summary><c>NOTIFICATIONS_PER_ADDRESS</c>: the most messages of a kind that one address gets in a minute, whatever tickets name it;
    /// 0 is any number.</summary>
    public int PerAddress { get; init; } = 5;

    /// <summary>Reads what holds for all channels; the settings of one are read with it.</summary>
    /// <exception cref="StartupException">A value is wrong.</exception>
    public static DeliveryOptions From(SettingsReader settings) =>
        new()
        {
            Attempts = settings.Number("NOTIFICATION_ATTEMPTS", 6, 1, 20),
            MaxAge = settings.Duration("NOTIFICATION_MAX_AGE", TimeSpan.FromHours(1)),
            PerAddress = settings.Number("NOTIFICATIONS_PER_ADDRESS", 5, 0, 10_000),
        };

    /// <summary>The wait after that many attempts, between half and all of the doubled one, so that a crowd does not come back at
    /// once.</summary>
    public TimeSpan DelayAfter(int attempts, double random)
    {
        var full = Math.Min(LongestDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, attempts - 1));
        return TimeSpan.FromMilliseconds(full * (0.5 + random / 2));
    }
}
