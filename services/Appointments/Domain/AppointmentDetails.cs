namespace SmartQueue.Appointments.Domain;

/// <summary>What is known of who comes. All but the language is personal.</summary>
internal sealed record AppointmentDetails
{
    public string? CustomerName { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public string? Notes { get; init; }

    /// <summary>BCP 47 tag of the language to speak to them in.</summary>
    public string? Language { get; init; }
}
