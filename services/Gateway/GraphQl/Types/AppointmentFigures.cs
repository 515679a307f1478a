namespace SmartQueue.Gateway.GraphQl.Types;

/// <summary>What became of the appointments whose time lies within a range, and how long those waited who came for one, beside those who came
/// without. Shares are from 0 to 1.</summary>
internal sealed record AppointmentFigures
{
    /// <summary>Appointments whose time lies in the range, without those cancelled.</summary>
    public required int Due { get; init; }

    /// <summary>Of those due, who is still expected.</summary>
    public required int Expected { get; init; }

    /// <summary>Of those due, who came, whatever came after.</summary>
    public required int Arrived { get; init; }

    /// <summary>Who came and was served.</summary>
    public required int Served { get; init; }

    /// <summary>Who came and was not there when called.</summary>
    public required int NoShow { get; init; }

    /// <summary>Who came and whose ticket was cancelled or expired.</summary>
    public required int Left { get; init; }

    /// <summary>Of those due, who never came.</summary>
    public required int Missed { get; init; }

    /// <summary>Given up before anybody came.</summary>
    public required int Cancelled { get; init; }

    /// <summary>Share that was missed or not there when called, of those due that are over.</summary>
    public double? NoShowRate { get; init; }

    /// <summary>How punctual those were who came.</summary>
    public required ArrivalFigures Arrivals { get; init; }

    /// <summary>Share called within ten minutes of the appointment's time, or of coming where that was later, of those ever called.</summary>
    public double? CalledInTime { get; init; }

    /// <summary>Waits of those with an appointment, from its time, or from coming where that was later.</summary>
    public required WaitFigures Booked { get; init; }

    /// <summary>Waits of those without one.</summary>
    public required WaitFigures WalkIns { get; init; }
}
