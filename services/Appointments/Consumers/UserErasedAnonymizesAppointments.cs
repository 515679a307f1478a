using MassTransit;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Removes what tells who an erased account's appointments belonged to; the times stay booked.</summary>
internal sealed class UserErasedAnonymizesAppointments(IAppointmentStore store) : IConsumer<UserErased>
{
    public Task Consume(ConsumeContext<UserErased> context) => store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
}
