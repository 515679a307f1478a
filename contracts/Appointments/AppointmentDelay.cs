namespace SmartQueue.Contracts;

/// <summary>How much later than its time somebody with an appointment will be called.</summary>
public sealed record AppointmentDelay
{
    /// <summary>The appointment's time, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>How much later, in seconds.</summary>
    public required int Seconds { get; init; }
}
