namespace SmartQueue.Analytics.Operations;

/// <summary>How one service does. Rates are over the time since the question before last, at most about half a minute; counts are since its
/// process started.</summary>
internal sealed record ServiceFigures
{
    /// <summary>The service, such as <c>tickets</c>.</summary>
    public required string Service { get; init; }

    /// <summary><c>up</c>, or <c>away</c> where it did not answer; all figures are then <c>null</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Events it published since its process started.</summary>
    public required long? EventsPublished { get; init; }

    /// <summary>Events it published a second.</summary>
    public required double? EventsPublishedPerSecond { get; init; }

    /// <summary>Events it handled since its process started.</summary>
    public required long? EventsHandled { get; init; }

    /// <summary>Events it handled a second.</summary>
    public required double? EventsHandledPerSecond { get; init; }

    /// <summary>Seconds from an event to the end of its handling, mean of those handled lately; <c>null</c> without any.</summary>
    public required double? ProcessingLag { get; init; }

    /// <summary>Events that wait to be published.</summary>
    public required long? OutboxDepth { get; init; }

    /// <summary>Seconds that the oldest of them has waited.</summary>
    public required long? OutboxOldestAge { get; init; }

    /// <summary>Messages that wait in the broker; 0 on the in-process bus.</summary>
    public required long? Backlog { get; init; }

    /// <summary>Failed attempts since its process started, and what lies in its error queues now.</summary>
    public required ServiceErrors? Errors { get; init; }
}
