using SmartQueue.Notifications.Domain;

namespace SmartQueue.Notifications.Delivery;

/// <summary>A provider of one channel.</summary>
internal interface ISender
{
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

    /// <summary>Whether all goes through one provider of ours. If not, each party takes its messages itself, and there is nobody else to
    /// blame.</summary>
    bool HasProvider { get; }

    /// <summary>Where a message goes; nowhere, if nobody takes it.</summary>
    Task<IReadOnlyList<Destination>> DestinationsAsync(Notification notification, CancellationToken cancellationToken);

    /// <summary>Hands a message over for one of its destinations. Returning says that it was taken.</summary>
    /// <exception cref="DeliveryException">It was not, or may not have been.</exception>
    Task SendAsync(Notification notification, Destination destination, CancellationToken cancellationToken);
}
