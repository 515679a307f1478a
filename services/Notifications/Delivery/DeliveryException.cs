namespace SmartQueue.Notifications.Delivery;

/// <summary>A message was not handed over. The text is kept and logged as the reason, so it names no person, address or number.</summary>
internal sealed class DeliveryException(DeliveryFault fault, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public DeliveryFault Fault { get; } = fault;

    /// <summary>When the provider asks to be tried again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider works: what failed lies with the destination, which a stranger may have chosen.</summary>
    public bool AtDestination { get; init; }
}
