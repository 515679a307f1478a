using MassTransit;
using SmartQueue.Appointments.Storage;
using SmartQueue.Contracts;

namespace SmartQueue.Appointments.Consumers;

/// <summary>Removes what tells who an erased account's appointments belonged to; the times stay booked. The links to calendars that it made
/// end with it: only its holder was shown them.</summary>
internal sealed class UserErasedAnonymizesAppointments(IAppointmentStore store, IFeedStore feeds) : IConsumer<UserErased>
{
    public async Task Consume(ConsumeContext<UserErased> context)
    {
        await store.EraseUserAsync(context.Message.UserId, context.CancellationToken);
        await feeds.RemoveOfUserAsync(context.Message.UserId, context.CancellationToken);
    }
}
