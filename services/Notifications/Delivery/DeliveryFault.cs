namespace SmartQueue.Notifications.Delivery;

/// <summary>What an attempt that failed means.</summary>
internal enum DeliveryFault
{
    /// <summary>The provider works and will never take this message.</summary>
    Refused,

    /// <summary>The provider did not take it, and may later.</summary>
    NotTaken,

    /// <summary>The provider may have taken it.</summary>
    Unknown,

    /// <summary>There is nowhere to send it, which is nobody's fault.</summary>
    Nowhere,
}
