using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Domain;

/// <summary>The next state of an appointment and the event that tells of it; <c>null</c> of what nobody is told, which is all that befalls
/// one that is not confirmed.</summary>
internal sealed record AppointmentChange(Appointment Next, IEvent? Event);
