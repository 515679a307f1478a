namespace SmartQueue.Notifications.Delivery;

/// <summary>Tells the workers that something may be due.</summary>
internal sealed class DeliverySignal
{
    /// <summary>Raised after a pending message was kept.</summary>
    public event Action? Raised;

    public void Raise() => Raised?.Invoke();
}
