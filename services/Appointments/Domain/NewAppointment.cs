namespace SmartQueue.Appointments.Domain;

/// <summary>What is known of an appointment before it has its place.</summary>
internal sealed record NewAppointment
{
    public required string Id { get; init; }

    /// <summary>The account that books for itself; <c>null</c> for a guest.</summary>
    public string? UserId { get; init; }

    public required AppointmentDetails Details { get; init; }

    /// <summary>The network of a guest outside the house, which limits count by.</summary>
    public string? Network { get; init; }

    /// <summary>SHA-256 of the guest's token.</summary>
    public string? TokenHash { get; init; }

    /// <summary>SHA-256 of the code; <c>null</c> of one that is only held, which gets its code when it is confirmed.</summary>
    public string? CodeHash { get; init; }
}
