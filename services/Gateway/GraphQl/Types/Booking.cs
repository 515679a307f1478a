namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>How a queue takes appointments. Durations are seconds, but for the horizon, which is days.</summary>
internal sealed record Booking
{
    public required int SlotLength { get; init; }

    /// <summary>How many may be booked for the same slot.</summary>
    public required int Places { get; init; }

    /// <summary>When there are slots; <c>null</c>: within the queue's opening hours.</summary>
    public IReadOnlyList<OpeningHours>? Hours { get; init; }

    /// <summary>How long before its time a slot is booked at the latest.</summary>
    public required int Earliest { get; init; }

    /// <summary>How long before its time whoever booked it moves or cancels it at the latest.</summary>
    public required int Latest { get; init; }

    /// <summary>How many days ahead may be booked.</summary>
    public required int Horizon { get; init; }

    /// <summary>How long before its time one may arrive.</summary>
    public required int Early { get; init; }

    /// <summary>How long after its time one may still arrive.</summary>
    public required int Late { get; init; }

    /// <summary>How many of those who arrived for appointments are called in a row while somebody without one waits.</summary>
    public required int InARow { get; init; }
}
