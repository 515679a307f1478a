namespace SmartQueue.Notifications.Delivery;

/// <summary>A provider of one channel.</summary>
internal interface ISender
{
    /// <summary>One of <see cref="Channels"/>.</summary>
    string Channel { get; }

    /// <summary>The most messages under way at once.</summary>
    int Concurrency { get; }

    /// <summary>How long one attempt may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>
    /// Whether a message that was handed over before under the same <see cref="Notification.DeliveryKey"/> reaches the person once.
    /// If not, one whose fate is unknown is given up and not repeated.
    /// </summary>
    bool RepeatsAreHarmless { get; }

    /// <summary>Hands a message over. Returning says that the provider has it.</summary>
    /// <exception cref="DeliveryException">It does not, or may not.</exception>
    Task SendAsync(Notification notification, CancellationToken cancellationToken);
}
