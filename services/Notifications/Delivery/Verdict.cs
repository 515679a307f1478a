namespace SmartQueue.Notifications.Delivery;

/// <summary>What an attempt showed of one who takes messages.</summary>
internal enum Verdict
{
    /// <summary>Nothing: it was not asked, or someone else failed.</summary>
    None,

    /// <summary>It works, whether or not it took the message.</summary>
    Works,

    Fails,
}
