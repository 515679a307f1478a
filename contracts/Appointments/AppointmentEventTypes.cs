namespace SmartQueue.Contracts;

/// <summary>The events of an appointment's life, for those who consume them all.</summary>
public static class AppointmentEventTypes
{
    /// <summary>Every record that is an <see cref="IAppointmentEvent"/>.</summary>
    public static readonly IReadOnlyList<Type> All =
    [
        typeof(AppointmentBooked),
        typeof(AppointmentChanged),
        typeof(AppointmentCancelled),
        typeof(AppointmentArrived),
        typeof(AppointmentMissed),
    ];
}
