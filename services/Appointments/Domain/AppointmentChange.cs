using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Domain;

/// <summary>The next state of an appointment and the event that tells of it.</summary>
internal sealed record AppointmentChange(Appointment Next, IEvent Event);
