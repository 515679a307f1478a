namespace SmartQueue.Analytics.Facts;

/// <summary>What became of an appointment, or where it stands.</summary>
internal enum AppointmentOutcome
{
    /// <summary>Somebody is expected.</summary>
    Expected,

    /// <summary>They have come, and wait or are served.</summary>
    Present,

    /// <summary>They came and were served.</summary>
    Served,

    /// <summary>They came, and were not there when they were called.</summary>
    NoShow,

    /// <summary>They came, and their ticket was cancelled or expired.</summary>
    Left,

    /// <summary>They never came.</summary>
    Missed,

    /// <summary>It was given up before anybody came.</summary>
    Cancelled,
}
