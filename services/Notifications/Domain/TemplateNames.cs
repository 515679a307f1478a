namespace SmartQueue.Notifications.Domain;

/// <summary>The templates every language has.</summary>
internal static class TemplateNames
{
    /// <summary>A ticket was taken. Uses <c>queue</c> and <c>number</c>.</summary>
    public const string Joined = "joined";

    /// <summary>The text of <see cref="Joined"/> where there is an estimate. Uses <c>minutes</c> too.</summary>
    public const string JoinedWait = "joined_wait";

    /// <summary>A ticket is called. Uses <c>number</c> and <c>counter</c>.</summary>
    public const string Called = "called";

    /// <summary>A ticket was given up. Uses <c>number</c>.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A ticket was called and nobody came. Uses <c>number</c>.</summary>
    public const string NoShow = "no_show";

    /// <summary>A ticket was left over when its queue closed. Uses <c>queue</c> and <c>number</c>.</summary>
    public const string Expired = "expired";

    /// <summary>A ticket comes near its turn. Uses <c>queue</c>, <c>number</c>, <c>place</c> and <c>minutes</c>.</summary>
    public const string Position = "position";

    /// <summary>A ticket's estimate changed much. Uses <c>queue</c>, <c>number</c> and <c>minutes</c>.</summary>
    public const string WaitChanged = "wait_changed";

    /// <summary>An appointment was booked. Uses <c>queue</c>, <c>date</c> and <c>time</c>, as all of appointments do.</summary>
    public const string AppointmentBooked = "appointment_booked";

    /// <summary>An appointment has another time.</summary>
    public const string AppointmentMoved = "appointment_moved";

    /// <summary>An appointment was given up.</summary>
    public const string AppointmentCancelled = "appointment_cancelled";

    /// <summary>An appointment is near.</summary>
    public const string AppointmentReminder = "appointment_reminder";

    /// <summary>The line of an appointment is behind. Uses <c>minutes</c> too.</summary>
    public const string AppointmentBehind = "appointment_behind";

    /// <summary>Nobody came to an appointment.</summary>
    public const string AppointmentMissed = "appointment_missed";

    /// <summary>Somebody is invited to the staff. Uses <c>link</c>.</summary>
    public const string Invitation = "invitation";

    /// <summary>Somebody may set a new password. Uses <c>link</c>.</summary>
    public const string Reset = "reset";

    /// <summary>Somebody proves their address. Uses <c>link</c>.</summary>
    public const string Verification = "verification";

    /// <summary>An operator's own words; no language has a text for it.</summary>
    public const string Custom = "custom";

    /// <summary>All that languages have.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Joined,
        JoinedWait,
        Called,
        Cancelled,
        NoShow,
        Expired,
        Position,
        WaitChanged,
        AppointmentBooked,
        AppointmentMoved,
        AppointmentCancelled,
        AppointmentReminder,
        AppointmentBehind,
        AppointmentMissed,
        Invitation,
        Reset,
        Verification,
    ];

    /// <summary>What a text of a template may hold in braces.</summary>
    public static IReadOnlyList<string> PlaceholdersOf(string template) =>
        template switch
        {
            Joined or Cancelled or NoShow or Expired => ["queue", "number"],
            JoinedWait or WaitChanged => ["queue", "number", "minutes"],
            Called => ["queue", "number", "counter"],
            Position => ["queue", "number", "place", "minutes"],
            AppointmentBooked or AppointmentMoved or AppointmentCancelled or AppointmentReminder or AppointmentMissed =>
            [
                "queue",
                "date",
                "time",
            ],
            AppointmentBehind => ["queue", "date", "time", "minutes"],
            Invitation or Reset or Verification => ["link"],
            _ => [],
        };

    /// <summary>Those that hold a one-time link, without which they are of no use.</summary>
    public static readonly IReadOnlyList<string> WithLink = [Invitation, Reset, Verification];

    /// <summary>Those that cannot wait.</summary>
    public static readonly IReadOnlyList<string> Urgent = [Called, Expired];

    /// <summary>Those that say when an appointment will be, and are of no use once it is at another time or not at all.</summary>
    public static readonly IReadOnlyList<string> OfTimeToCome =
    [
        AppointmentBooked,
        AppointmentMoved,
        AppointmentReminder,
        AppointmentBehind,
    ];

    /// <summary>Those whose mails have a file for the calendar.</summary>
    public static readonly IReadOnlyList<string> WithCalendar = [AppointmentBooked, AppointmentMoved, AppointmentCancelled];

    /// <summary>Those that are worth a text message though there is an email address: it costs money and wakes people up.</summary>
    public static readonly IReadOnlyList<string> WorthTextMessage =
    [
        .. Urgent,
        AppointmentMoved,
        AppointmentCancelled,
        AppointmentReminder,
        AppointmentBehind,
    ];
}
